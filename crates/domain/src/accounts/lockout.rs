//! How failed sign-ins are counted, and for how long nobody may try again: longer each time, and never for good.

use jiff::{SignedDuration, Timestamp};

/// How many failures are too many, and how long that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutTerms {
    /// As many failures lock.
    pub failures: u32,
    /// If they come within this time of the first.
    pub within: SignedDuration,
    /// How long the first lockout lasts. Each later one lasts twice as long as the one before.
    pub first: SignedDuration,
    /// And no longer than this.
    pub longest: SignedDuration,
    /// After this time without a failure all is forgotten.
    pub kept: SignedDuration,
}

impl LockoutTerms {
    /// Of one account: 5 failures a minute; a minute at first, an hour at most; forgotten after a day.
    pub const ACCOUNT: Self = Self {
        failures: 5,
        within: SignedDuration::from_mins(1),
        first: SignedDuration::from_mins(1),
        longest: SignedDuration::from_hours(1),
        kept: SignedDuration::from_hours(24),
    };
    /// Of one source, behind which many may sit: 10 failures a minute, the rest as for an account.
    pub const SOURCE: Self = Self {
        failures: 10,
        ..Self::ACCOUNT
    };
}

/// The failures of one account or one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// Failures since [`Lockout::since`] that have not led to a lockout.
    pub failures: u32,
    /// When the first of them was, or the last lockout began.
    pub since: Timestamp,
    /// Lockouts so far.
    pub locks: u32,
    /// Until when nobody may try, if there was a lockout.
    pub until: Option<Timestamp>,
}

impl Lockout {
    /// Nothing has failed yet.
    #[must_use]
    pub const fn none(at: Timestamp) -> Self {
        Self {
            failures: 0,
            since: at,
            locks: 0,
            until: None,
        }
    }

    /// Until when nobody may try, if that is later than `at`.
    #[must_use]
    pub fn locked_at(&self, at: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > at)
    }

    /// The same with one more failure. Failures while it is locked are of those who began before; they count, and
    /// make nothing longer.
    #[must_use]
    pub fn failed(self, terms: &LockoutTerms, at: Timestamp) -> Self {
        let known = match self.forgotten_at(terms) <= at {
            true => Self::none(at),
            false => self,
        };
        let known = match later(known.since, terms.within) <= at {
            true => Self {
                failures: 0,
                since: at,
                ..known
            },
            false => known,
        };
        let failures = known.failures.saturating_add(1);
        if failures < terms.failures || known.locked_at(at).is_some() {
            return Self { failures, ..known };
        }
        Self {
            failures: 0,
            since: at,
            locks: known.locks.saturating_add(1),
            until: Some(later(at, terms.lasting(known.locks))),
        }
    }

    /// From when on nothing of it matters.
    #[must_use]
    pub fn forgotten_at(&self, terms: &LockoutTerms) -> Timestamp {
        let last = self.until.map_or(self.since, |until| until.max(self.since));
        later(last, terms.kept)
    }
}

impl LockoutTerms {
    /// How long a lockout lasts after so many others.
    #[must_use]
    pub fn lasting(&self, locks: u32) -> SignedDuration {
        let times = 1_i32.checked_shl(locks.min(30)).unwrap_or(i32::MAX);
        let grown = self.first.checked_mul(times).unwrap_or(self.longest);
        grown.min(self.longest)
    }
}

/// At the end of time, times do not end.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "lockout_tests.rs"]
mod tests;
