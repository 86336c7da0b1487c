//! Numbers that no other process draws, so that a lease of one is never taken for a lease of another.

use core::time::Duration;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Draws numbers: a count under a keyed hash (SipHash) whose key the system drew at random. Two
/// processes meet once in 2^64; nobody needs to be unable to guess.
#[derive(Debug)]
pub struct Draws {
    key: RandomState,
    drawn: AtomicU64,
}

impl Draws {
    pub fn new() -> Self {
        Self {
            key: RandomState::new(),
            drawn: AtomicU64::new(0),
        }
    }

    pub fn next(&self) -> u64 {
        self.key
            .hash_one(self.drawn.fetch_add(1, Ordering::Relaxed))
    }

    /// A number from `least` to `most` percent of a duration.
    pub fn about(&self, duration: Duration, least: u32, most: u32) -> Duration {
        let span = u64::from(most.saturating_sub(least)) + 1;
        let percent = least + u32::try_from(self.next() % span).unwrap_or(0);
        duration * percent / 100
    }
}

#[cfg(test)]
mod tests {
    use super::Draws;
    use core::time::Duration;
    use std::collections::BTreeSet;

    #[test]
    fn no_number_is_drawn_twice_by_one_or_by_another() {
        let (one, other) = (Draws::new(), Draws::new());
        let drawn: BTreeSet<u64> = (0..10_000)
            .flat_map(|_| [one.next(), other.next()])
            .collect();
        assert_eq!(drawn.len(), 20_000);
    }

    #[test]
    fn durations_differ_by_as_much_as_they_may() {
        let draws = Draws::new();
        let drawn = (0..1_000).map(|_| draws.about(Duration::from_secs(60), 90, 110));
        let drawn: BTreeSet<Duration> = drawn.collect();
        assert_eq!(drawn.first(), Some(&Duration::from_secs(54)));
        assert_eq!(drawn.last(), Some(&Duration::from_secs(66)));
    }
}
