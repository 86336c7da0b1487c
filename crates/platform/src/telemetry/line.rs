//! The shape of a log line: JSON for machines, or one readable line for a terminal, both with the request's ids.

use std::fmt::Write as _;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::context::{RequestContext, with_current};
use super::fields::{Fields, json_text, terminal_text};
use crate::now::now;

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One readable line.
    Terminal,
}

/// Formats events without looking at spans.
pub(super) struct Lines(pub(super) LogFormat);

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let mut fields = Fields::new(self.0);
        event.record(&mut fields);
        let metadata = event.metadata();
        let target = fields
            .log_target
            .as_deref()
            .unwrap_or_else(|| metadata.target());
        let mut line = String::with_capacity(512);
        with_current(|context| match self.0 {
            LogFormat::Json => json(&mut line, *metadata.level(), target, &fields, context),
            LogFormat::Terminal => {
                terminal(
                    &mut line,
                    *metadata.level(),
                    target,
                    &fields,
                    context,
                    writer.has_ansi_escapes(),
                );
            }
        });
        writer.write_str(&line)
    }
}

/// The ids of a request, as far as they are known.
fn ids(context: Option<&RequestContext>) -> impl Iterator<Item = (&'static str, &str)> {
    let known = context.map(|context| {
        [
            ("request_id", Some(context.request_id())),
            ("trace_id", Some(context.trace_id())),
            ("route", context.route()),
            ("principal", context.principal()),
        ]
    });
    known
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
}

fn json(
    line: &mut String,
    level: Level,
    target: &str,
    fields: &Fields,
    context: Option<&RequestContext>,
) {
    let _ = write!(
        line,
        r#"{{"timestamp":"{:.6}","level":"{level}","target":"#,
        now()
    );
    json_text(line, target);
    line.push_str(r#","message":"#);
    json_text(line, &fields.message);
    for (name, value) in ids(context) {
        let _ = write!(line, r#","{name}":"#);
        json_text(line, value);
    }
    let _ = writeln!(line, r#","fields":{{{}}}}}"#, fields.pairs);
}

fn terminal(
    line: &mut String,
    level: Level,
    target: &str,
    fields: &Fields,
    context: Option<&RequestContext>,
    ansi: bool,
) {
    let (colour, dim, plain) = match (ansi, level) {
        (false, _) => ("", "", ""),
        (true, Level::ERROR) => ("\x1b[31m", "\x1b[2m", "\x1b[0m"),
        (true, Level::WARN) => ("\x1b[33m", "\x1b[2m", "\x1b[0m"),
        (true, Level::INFO) => ("\x1b[32m", "\x1b[2m", "\x1b[0m"),
        (true, _) => ("\x1b[34m", "\x1b[2m", "\x1b[0m"),
    };
    let _ = write!(
        line,
        "{dim}{:.3}{plain} {colour}{level:>5}{plain} {dim}{target}{plain} ",
        now()
    );
    terminal_text(line, &fields.message, false);
    line.push_str(&fields.pairs);
    line.push_str(dim);
    for (name, value) in ids(context) {
        let _ = write!(line, " {name}=");
        terminal_text(line, value, true);
    }
    line.push_str(plain);
    line.push('\n');
}
