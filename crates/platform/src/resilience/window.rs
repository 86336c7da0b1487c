//! How attempts went lately, in a ring of buckets: exact enough to decide on, and small whatever the traffic.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// A window is this many buckets long; what is forgotten is forgotten a bucket at a time.
pub(super) const BUCKETS: u64 = 10;

/// How an attempt ended, for those who count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) failed: bool,
    pub(super) slow: bool,
}

/// What is in the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) calls: u32,
    pub(super) failed: u32,
    pub(super) slow: u32,
}

impl Counts {
    fn add(&mut self, sample: Sample) {
        self.calls = self.calls.saturating_add(1);
        self.failed = self.failed.saturating_add(sample.failed.into());
        self.slow = self.slow.saturating_add(sample.slow.into());
    }

    fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            failed: self.failed.saturating_add(other.failed),
            slow: self.slow.saturating_add(other.slow),
        }
    }
}

/// Samples of the last while.
#[derive(Debug)]
pub(super) struct Window {
    since: Instant,
    /// Length of a bucket in nanoseconds.
    bucket: u128,
    /// Oldest first, each with the number of its bucket; buckets without samples are not there.
    filled: VecDeque<(u128, Counts)>,
}

impl Window {
    /// Empty, from `since` on.
    pub(super) fn new(length: Duration, since: Instant) -> Self {
        Self {
            since,
            bucket: (length.as_nanos() / u128::from(BUCKETS)).max(1),
            filled: VecDeque::new(),
        }
    }

    pub(super) fn add(&mut self, sample: Sample, now: Instant) {
        let number = self.number(now);
        self.forget_before(number);
        match self.filled.back_mut() {
            Some((newest, counts)) if *newest >= number => counts.add(sample),
            _ => {
                let mut counts = Counts::default();
                counts.add(sample);
                self.filled.push_back((number, counts));
            }
        }
    }

    pub(super) fn counts(&mut self, now: Instant) -> Counts {
        self.forget_before(self.number(now));
        let each = self.filled.iter().map(|(_, counts)| *counts);
        each.fold(Counts::default(), Counts::plus)
    }

    fn number(&self, now: Instant) -> u128 {
        now.saturating_duration_since(self.since).as_nanos() / self.bucket
    }

    fn forget_before(&mut self, number: u128) {
        let old = |(filled, _): &(u128, Counts)| filled + u128::from(BUCKETS) <= number;
        while self.filled.front().is_some_and(old) {
            self.filled.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: Sample = Sample {
        failed: true,
        slow: false,
    };
    const SLOW: Sample = Sample {
        failed: false,
        slow: true,
    };

    #[test]
    fn what_is_older_than_the_window_is_forgotten_a_bucket_at_a_time() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut window = Window::new(Duration::from_secs(10), start);
        window.add(FAILED, at(0));
        window.add(SLOW, at(999));
        window.add(FAILED, at(1_000));
        let counts = |calls, failed, slow| Counts {
            calls,
            failed,
            slow,
        };
        assert_eq!(window.counts(at(9_999)), counts(3, 2, 1));
        assert_eq!(window.counts(at(10_000)), counts(1, 1, 0));
        assert_eq!(window.counts(at(11_000)), counts(0, 0, 0));
    }

    #[test]
    fn a_long_silence_leaves_nothing_behind() {
        let start = Instant::now();
        let mut window = Window::new(Duration::from_secs(10), start);
        window.add(FAILED, start);
        window.add(SLOW, start + Duration::from_secs(86_400));
        assert_eq!(window.filled.len(), 1);
    }
}
