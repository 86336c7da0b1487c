//! How each dependency is called: the numbers behind `platform::resilience`, each with its reason.

use domain::accounts::images::Variant;
use platform::resilience::{BreakerTerms, BulkheadTerms, Policy, Terms};
use platform::telemetry::Metrics;
use std::time::Duration;

/// One for each variant.
const PUTS_OF_AN_UPLOAD: u32 = Variant::ALL.len() as u32;

/// PostgreSQL. The adapter bounds each attempt itself, since it alone knows whether COMMIT was sent: the
/// attempt timeout is only a second lock, longer than the adapter's 4 s of work and 3 s of COMMIT. One of
/// its 25 connections is left to the health check.
#[must_use]
pub fn database(metrics: Option<&Metrics>) -> Policy {
    let terms = Terms {
        name: "database",
        deadline: Duration::from_secs(8),
        attempt_timeout: Duration::from_secs(8),
        bulkhead: BulkheadTerms {
            at_once: 24,
            waiting: 1_024,
        },
        ..Terms::default()
    };
    Policy::new(terms, metrics)
}

/// Redis, for which the database can always step in: whoever waits longer than this asks there. Not
/// tried twice, and soon not at all.
#[must_use]
pub fn redis(metrics: Option<&Metrics>) -> Policy {
    let terms = Terms {
        name: "redis",
        deadline: Duration::from_millis(300),
        attempt_timeout: Duration::from_millis(250),
        retries: 0,
        breaker: BreakerTerms {
            minimum_calls: 5,
            slow_call: Duration::from_millis(200),
            ..BreakerTerms::default()
        },
        ..Terms::default()
    };
    Policy::new(terms, metrics)
}

/// An S3-like store, which answers a GET, a HEAD or a DELETE within a second or is ailing. A PUT may take as
/// long as the reaper allows (the decorator sees to that). An upload is four PUTs at once and fails when one
/// of them is refused, so a circuit that tries itself out lets two uploads through.
#[must_use]
pub fn objects(metrics: Option<&Metrics>) -> Policy {
    let terms = Terms {
        name: "objects",
        deadline: Duration::from_secs(6),
        attempt_timeout: Duration::from_secs(2),
        breaker: BreakerTerms {
            half_open_permits: 2 * PUTS_OF_AN_UPLOAD,
            ..BreakerTerms::default()
        },
        ..Terms::default()
    };
    Policy::new(terms, metrics)
}
