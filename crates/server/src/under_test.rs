//! What only a build with debug assertions knows: places to stop at and a clock that runs ahead, for tests that kill the
//! process, and a shorter time between two looks at the keys that sign. A release build has none of them.

use jiff::{SignedDuration, Timestamp};
use port_decorators::tripwire::Tripwire;
use ports::Clock;
use std::sync::Arc;
use std::time::Duration;

/// The place to stop at that the environment names, if any.
#[must_use]
pub fn tripwire() -> Tripwire {
    setting("TRIPWIRE").map_or_else(Tripwire::default, |name| Tripwire::armed(&name))
}

/// The clock, as many seconds ahead as the environment says.
#[must_use]
pub fn clock(real: Arc<dyn Clock>) -> Arc<dyn Clock> {
    match setting("CLOCK_AHEAD_S").and_then(|seconds| seconds.parse().ok()) {
        Some(seconds) => Arc::new(Ahead(real, SignedDuration::from_secs(seconds))),
        None => real,
    }
}

/// How often keys are looked at: the usual, or as many milliseconds as the environment says.
#[must_use]
pub fn keys_every(usual: Duration) -> Duration {
    let often = setting("SIGNING_KEYS_EVERY_MS").and_then(|milliseconds| milliseconds.parse().ok());
    often.map_or(usual, Duration::from_millis)
}

struct Ahead(Arc<dyn Clock>, SignedDuration);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.0.now().checked_add(self.1).unwrap_or(Timestamp::MAX)
    }
}

fn setting(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|value| value.into_string().ok())
}
