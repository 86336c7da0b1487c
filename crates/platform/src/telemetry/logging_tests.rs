//! What a log line looks like, read back as a machine and as a person would.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::*;
use crate::telemetry::{RequestContext, scope_blocking};

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("not poisoned").clone()).expect("text")
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(format: LogFormat, filter: &str, work: impl FnOnce(&FilterHandle)) -> String {
    let memory = Memory::default();
    let theirs = memory.clone();
    let (subscriber, handle) = subscriber(
        parse(filter).expect("a filter"),
        format,
        move || theirs.clone(),
        false,
    );
    tracing::subscriber::with_default(subscriber, || work(&handle));
    memory.text()
}

#[test]
fn a_json_line_carries_the_ids_of_its_request() {
    let text = logged(LogFormat::Json, "info", |_| {
        let context = Arc::new(RequestContext::new("r-1", "t-1"));
        scope_blocking(context, || {
            super::super::current()
                .expect("a context")
                .set_principal("u-1");
            tracing::info!(
                status = 200,
                duration_ms = 1.5,
                email = "ada@example.org",
                "answered \"well\""
            );
        });
    });
    let line: serde_json::Value = serde_json::from_str(&text).expect("one JSON object");
    assert_eq!(line["message"], "answered \"well\"");
    assert_eq!(line["level"], "INFO");
    assert_eq!(
        (&line["request_id"], &line["trace_id"], &line["principal"]),
        (&"r-1".into(), &"t-1".into(), &"u-1".into())
    );
    assert_eq!(
        line["fields"],
        serde_json::json!({"status": 200, "duration_ms": 1.5, "email": "[withheld]"})
    );
    assert!(
        line["timestamp"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z')),
        "{text}"
    );
    assert!(line.get("route").is_none());
}

#[test]
fn a_line_outside_a_request_has_no_ids() {
    let text = logged(LogFormat::Json, "info", |_| tracing::warn!("started"));
    assert!(
        text.ends_with("\"message\":\"started\",\"fields\":{}}\n"),
        "{text}"
    );
}

#[test]
fn a_terminal_line_is_readable() {
    let text = logged(LogFormat::Terminal, "info", |_| {
        let context = Arc::new(RequestContext::new("r-1", "t-1"));
        scope_blocking(context, || {
            tracing::warn!(status = 503, reason = "no room", "refused")
        });
    });
    assert!(text.contains(" WARN platform::telemetry::logging::tests refused status=503 reason=\"no room\" request_id=r-1 trace_id=t-1\n"), "{text}");
}

#[test]
fn an_error_is_written_with_its_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);
    let text = logged(LogFormat::Json, "info", |_| {
        let outer = Outer(io::Error::other("inner"));
        tracing::error!(error = &outer as &dyn std::error::Error, "failed");
    });
    assert!(text.contains(r#""error":"outer: inner""#), "{text}");
}

#[test]
fn the_filter_can_be_changed_while_running() {
    let text = logged(LogFormat::Json, "warn", |filter| {
        tracing::info!("first");
        filter.set("info").expect("a filter");
        tracing::info!("second");
        assert!(filter.set("a=nonsense").is_err());
        assert_eq!(filter.get(), "info");
    });
    assert!(!text.contains("first") && text.contains("second"), "{text}");
}
