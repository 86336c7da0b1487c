//! Writes the fields of a log event, each either allowed or withheld.

use std::error::Error;
use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};

use super::allowed::is_allowed;
use super::line::LogFormat;

const WITHHELD: &str = "[withheld]";

/// Collects a message and its fields, already written in the style of the line.
pub(super) struct Fields {
    style: LogFormat,
    /// The message, not yet escaped.
    pub(super) message: String,
    /// `"a":1,"b":"x"` or ` a=1 b=x`.
    pub(super) pairs: String,
    /// The target of a record that came through the `log` crate.
    pub(super) log_target: Option<String>,
}

impl Fields {
    pub(super) fn new(style: LogFormat) -> Self {
        Self {
            style,
            message: String::with_capacity(64),
            pairs: String::with_capacity(128),
            log_target: None,
        }
    }

    /// A value whose text needs quotes.
    fn text(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            "log.target" => self.log_target = Some(value.to_owned()),
            name if name.starts_with("log.") => {}
            name => {
                let shown = if is_allowed(name) { value } else { WITHHELD };
                self.name(name);
                match self.style {
                    LogFormat::Json => json_text(&mut self.pairs, shown),
                    LogFormat::Terminal => terminal_text(&mut self.pairs, shown, true),
                }
            }
        }
    }

    /// A number or a truth.
    fn plain(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let name = field.name();
        if name.starts_with("log.") {
            return;
        }
        if !is_allowed(name) {
            return self.text(field, WITHHELD);
        }
        self.name(name);
        let _ = self.pairs.write_fmt(value);
    }

    fn name(&mut self, name: &str) {
        match self.style {
            LogFormat::Json => {
                if !self.pairs.is_empty() {
                    self.pairs.push(',');
                }
                json_text(&mut self.pairs, name);
                self.pairs.push(':');
            }
            LogFormat::Terminal => {
                let _ = write!(self.pairs, " {name}=");
            }
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.plain(field, format_args!("{value}"));
        } else {
            self.text(field, &value.to_string());
        }
    }

    /// The whole chain in one line, outermost first.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut chain = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            let _ = write!(chain, ": {cause}");
            source = cause.source();
        }
        self.text(field, &chain);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
            return;
        }
        self.text(field, &format!("{value:?}"));
    }
}

/// Appends a JSON string.
pub(super) fn json_text(out: &mut String, text: &str) {
    out.push('"');
    // Almost no text has anything to escape.
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.push_str(text);
    } else {
        escaped(out, text);
    }
    out.push('"');
}

fn escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
}

/// Appends a text for people; control characters are escaped, so that no value can forge a line.
pub(super) fn terminal_text(out: &mut String, text: &str, quoted: bool) {
    if quoted && (text.is_empty() || text.contains([' ', '"', '='])) {
        let _ = write!(out, "{text:?}");
        return;
    }
    for character in text.chars() {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_strings_read_back_as_they_were() {
        for text in ["", "plain", "a\"b\\c\n\r\t\u{1}\u{7f}é🦀"] {
            let mut out = String::new();
            json_text(&mut out, text);
            assert_eq!(
                serde_json::from_str::<String>(&out).expect("valid JSON"),
                text
            );
        }
    }

    #[test]
    fn a_value_cannot_forge_a_terminal_line() {
        let mut out = String::new();
        terminal_text(&mut out, "a\nERROR\x1b[0m", true);
        assert_eq!(out, "a\\nERROR\\u{1b}[0m");
    }
}
