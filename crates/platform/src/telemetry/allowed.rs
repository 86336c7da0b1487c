//! The fields a log line may show, since a list of what may be said cannot forget what may not.
//!
//! Anything else is printed as `[withheld]`. Add a name only if its value can never be personal data or a secret: an id,
//! a count, a duration, a state, an address of our own, an error's text (errors never format what `Pii` holds).

/// Sorted, so that a duplicate or a missing line is easy to see.
const ALLOWED: &[&str] = &[
    "address",
    "attempt",
    "attempts",
    "backend",
    "backoff_ms",
    "batch.size",
    "board.id",
    "bound",
    "bytes",
    "cause",
    "check",
    "code",
    "component",
    "count",
    "deadline_ms",
    "delay_ms",
    "dependency",
    "dropped",
    "duration_ms",
    "error",
    "event",
    "fault",
    "filter",
    "http.listen",
    "http.method",
    "http.status",
    "ignored",
    "image.id",
    "in_flight",
    "job",
    "job.id",
    "key.id",
    "left",
    "limit",
    "listen",
    "management.listen",
    "max",
    "method",
    "migrations",
    "mode",
    "objects",
    "outcome",
    "panic.backtrace",
    "panic.location",
    "panic.message",
    "profile",
    "public_url",
    "reason",
    "retryable",
    "rows",
    "score.id",
    "shift.id",
    "signal",
    "site.id",
    "state",
    "status",
    "swap.id",
    "user.id",
    "version",
    "wait_s",
    "workers",
];

/// Whether a field's value may be shown.
pub(super) fn is_allowed(name: &str) -> bool {
    ALLOWED.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_without_duplicates() {
        assert!(ALLOWED.is_sorted_by(|a, b| a < b));
        assert!(is_allowed("duration_ms") && !is_allowed("email"));
    }
}
