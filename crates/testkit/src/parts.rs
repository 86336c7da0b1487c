//! Small stand-ins for the machine: a clock that stands still, ids in order.

use domain::Version;
use domain::ids::{KeyId, SessionId, UserId};
use jiff::{SignedDuration, Timestamp};
use ports::accounts::{AccessChange, AccessView};
use ports::{Clock, Ids};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::Uuid;

/// A clock that moves only when told to. Starts at 2026-01-05T08:00:00Z, a Monday.
#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self {
            micros: AtomicI64::new(1_767_600_000_000_000),
        }
    }
}

impl ManualClock {
    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        let micros =
            i64::try_from(by.as_micros()).expect("a test's clock moves by less than 290,000 years");
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.micros.load(Ordering::SeqCst)).expect("is an instant")
    }
}

/// A process that has heard of nothing and misses nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NothingHeard;

impl AccessView for NothingHeard {
    fn note(&self, _changes: &[AccessChange]) {}

    fn caught_up(&self, _asked: tokio::time::Instant) {}

    fn is_current(&self) -> bool {
        true
    }

    fn least_version(&self, _user: UserId) -> Option<Version> {
        None
    }

    fn has_ended(&self, _session: SessionId) -> bool {
        false
    }

    fn is_revoked(&self, _key: KeyId) -> bool {
        false
    }
}

/// Ids in order: 1, 2, 3, … in the shape of a UUIDv7.
#[derive(Debug, Default)]
pub struct CountingIds {
    last: AtomicU64,
}

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        let number = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        Uuid::from_u64_pair(
            0x0199_0000_0000_7000 | (number >> 48),
            0x8000_0000_0000_0000 | number,
        )
    }
}
