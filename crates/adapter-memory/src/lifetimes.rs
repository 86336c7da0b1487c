//! How long things are remembered, each a little longer or shorter than the next.

use crate::users::Slot;
use core::time::Duration;
use domain::ids::UserId;
use moka::Expiry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// How long entries live after they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// People, give or take a tenth, so that entries of one moment do not all end in one moment.
    pub present: Duration,
    /// That there is no such person.
    pub absent: Duration,
    /// Leases: a reader who died must not keep others from filling an entry.
    pub lease: Duration,
}

impl Default for Lifetimes {
    /// 60 seconds, 5 seconds, 3 seconds.
    fn default() -> Self {
        Self {
            present: Duration::from_secs(60),
            absent: Duration::from_secs(5),
            lease: Duration::from_secs(3),
        }
    }
}

/// Tells the cache when each entry ends.
#[derive(Debug)]
pub struct Ending {
    lifetimes: Lifetimes,
    written: AtomicU64,
}

impl Ending {
    pub const fn new(lifetimes: Lifetimes) -> Self {
        Self {
            lifetimes,
            written: AtomicU64::new(0),
        }
    }

    fn of(&self, slot: &Slot) -> Duration {
        match slot {
            Slot::Person(_) => self.with_jitter(self.lifetimes.present),
            Slot::Absent => self.lifetimes.absent,
            Slot::Leased(_) => self.lifetimes.lease,
        }
    }

    /// 90 to 110 percent. Spread by the golden ratio: neighbours lie far apart and none clump.
    fn with_jitter(&self, lifetime: Duration) -> Duration {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let turn = self.written.fetch_add(1, Ordering::Relaxed);
        let percent = turn.wrapping_mul(GOLDEN) >> 32;
        let percent = 90 + u32::try_from(percent % 21).unwrap_or(10);
        lifetime * percent / 100
    }
}

impl Expiry<UserId, Slot> for Ending {
    fn expire_after_create(&self, _: &UserId, slot: &Slot, _: Instant) -> Option<Duration> {
        Some(self.of(slot))
    }

    fn expire_after_update(
        &self,
        _: &UserId,
        slot: &Slot,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(self.of(slot))
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Lifetimes};
    use core::time::Duration;

    #[test]
    fn lifetimes_differ_by_a_tenth_at_most() {
        let ending = Ending::new(Lifetimes::default());
        let drawn: Vec<_> = (0..1_000)
            .map(|_| ending.with_jitter(Duration::from_secs(60)))
            .collect();
        let (least, most) = (drawn.iter().min(), drawn.iter().max());
        assert_eq!(least, Some(&Duration::from_secs(54)));
        assert_eq!(most, Some(&Duration::from_secs(66)));
    }
}
