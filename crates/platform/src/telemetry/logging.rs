//! Starts logging, and lets an operator change the filter of a running process.

use std::io::IsTerminal;
use std::time::Duration;

use tracing::Subscriber;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, fmt, reload};

use super::line::{Lines, LogFormat};
use super::sink::Sink;

/// Running logging; dropping it waits up to two seconds for the last lines.
#[must_use = "dropping it flushes; keep it until the end of main"]
pub struct Logging {
    filter: FilterHandle,
    sink: Sink,
}

impl Logging {
    /// A handle that changes the filter.
    #[must_use]
    pub fn filter(&self) -> FilterHandle {
        self.filter.clone()
    }

    /// Waits until all lines so far are written, at most this long. Blocks the thread.
    pub fn flush(&self, timeout: Duration) {
        self.sink.flush(timeout);
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        self.sink.flush(Duration::from_secs(2));
    }
}

/// Why logging did not start.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The filter's text is wrong.
    #[error("the log filter cannot be read")]
    Filter(#[source] ParseError),
    /// The writing thread did not start.
    #[error("the log thread did not start")]
    Thread(#[source] std::io::Error),
    /// Logging was started before.
    #[error("logging was started before")]
    Twice(#[source] TryInitError),
}

/// Sends the log lines of this process to stderr, through a buffer and a thread of its own.
///
/// # Errors
/// See [`InitError`]; notably, it can be called once in a process.
pub fn init(filter: &str, format: LogFormat) -> Result<Logging, InitError> {
    let filter = parse(filter).map_err(InitError::Filter)?;
    let sink = Sink::start(std::io::stderr()).map_err(InitError::Thread)?;
    let (subscriber, filter) = subscriber(
        filter,
        format,
        sink.clone(),
        std::io::stderr().is_terminal(),
    );
    subscriber.try_init().map_err(InitError::Twice)?;
    Ok(Logging { filter, sink })
}

/// Changes the log filter of a running process.
#[derive(Clone)]
pub struct FilterHandle(reload::Handle<EnvFilter, Registry>);

impl FilterHandle {
    /// Uses this filter from now on.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text; the old filter stays.
    pub fn set(&self, filter: &str) -> Result<(), String> {
        let filter = parse(filter).map_err(|error| explain(&error))?;
        self.0.reload(filter).map_err(|error| error.to_string())
    }

    /// The filter in use, without what we add to every one.
    #[must_use]
    pub fn get(&self) -> String {
        let shown = self.0.with_current(ToString::to_string).unwrap_or_default();
        let own = shown.strip_prefix(SAID_ALREADY);
        own.map_or_else(
            || shown.clone(),
            |own| own.trim_start_matches(',').to_owned(),
        )
    }
}

/// Checks the text of a filter without using it.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn check_filter(filter: &str) -> Result<(), String> {
    parse(filter).map(|_| ()).map_err(|error| explain(&error))
}

fn explain(error: &ParseError) -> String {
    format!("must be a list of directives such as `info,muster=debug`: {error}")
}

/// What actix says of a head that is no HTTP; we say it ourselves, once and with an id. An operator's own word on it counts.
const SAID_ALREADY: &str = "actix_http::h1::dispatcher=off";

fn parse(filter: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::builder().parse(format!("{SAID_ALREADY},{filter}"))
}

fn subscriber<W>(
    filter: EnvFilter,
    format: LogFormat,
    writer: W,
    ansi: bool,
) -> (impl Subscriber + Send + Sync, FilterHandle)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (filter, handle) = reload::Layer::new(filter);
    let lines = fmt::layer()
        .with_ansi(ansi)
        .with_writer(writer)
        .event_format(Lines(format));
    (
        Registry::default().with(filter).with(lines),
        FilterHandle(handle),
    )
}

#[cfg(test)]
#[path = "logging_tests.rs"]
mod tests;
