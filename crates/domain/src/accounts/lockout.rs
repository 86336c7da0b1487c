//! How failed sign-ins are counted, and for how long nobody may try again: longer each time, and never for good.
//!
//! An attempt holds a place while it is decided, so that many at once are no more than one after the other; only a
//! wrong password is a failure.

use jiff::{SignedDuration, Timestamp};

/// How many failures are too many, and how long that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutTerms {
    /// As many failures lock, and failures and attempts that are being decided are never more together.
    pub failures: u32,
    /// If they come within this time of the first.
    pub within: SignedDuration,
    /// How long the first lockout lasts. Each later one lasts twice as long as the one before.
    pub first: SignedDuration,
    /// And no longer than this.
    pub longest: SignedDuration,
    /// After this time without a failure lockouts are forgotten.
    pub kept: SignedDuration,
}

impl LockoutTerms {
    /// An attempt that never ends, since its process was killed, holds its place for so long: as long as a
    /// request has to answer.
    pub const HELD: SignedDuration = SignedDuration::from_secs(30);
    /// Who finds no place is told to come back after this time.
    pub const PAUSE: SignedDuration = SignedDuration::from_secs(1);
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

/// The failures of one account or one source, and who is trying now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockout {
    /// Failures since [`Lockout::since`] that have not led to a lockout.
    pub failures: u32,
    /// When the first of them was, or the last lockout began.
    pub since: Timestamp,
    /// Lockouts so far.
    pub locks: u32,
    /// Until when nobody may try, if there was a lockout.
    pub until: Option<Timestamp>,
    /// Until when each attempt that is being decided holds its place.
    pub held: Vec<Timestamp>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was wrong: a failure.
    Wrong,
    /// It was right: nothing is held against anybody any more.
    Right,
    /// It counts for nothing: nobody knows whether it was right, or it does not matter here.
    Open,
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
            held: Vec::new(),
        }
    }

    /// Until when nobody may try, if that is later than `at`.
    #[must_use]
    pub fn locked_at(&self, at: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > at)
    }

    /// The same with one more attempt, which holds its place for [`LockoutTerms::HELD`].
    ///
    /// # Errors
    /// When to come back: at the end of the lockout; in a moment, if there is none and all places are taken.
    pub fn begun(self, terms: &LockoutTerms, at: Timestamp) -> Result<Self, Timestamp> {
        if let Some(until) = self.locked_at(at) {
            return Err(until);
        }
        let mut known = self.without_what_ran_out(at);
        let failed = match later(known.since, terms.within) <= at {
            true => 0,
            false => known.failures,
        };
        let trying = u32::try_from(known.held.len()).unwrap_or(u32::MAX);
        if failed.saturating_add(trying) >= terms.failures {
            return Err(later(at, LockoutTerms::PAUSE));
        }
        known.held.push(LockoutTerms::held_from(at));
        Ok(known)
    }

    /// The same without the attempt that held its place until `held`. Whoever was too slow to keep the place is
    /// counted like any other.
    #[must_use]
    pub fn ended(
        self,
        held: Timestamp,
        outcome: Outcome,
        terms: &LockoutTerms,
        at: Timestamp,
    ) -> Self {
        let mut known = self.without_what_ran_out(at);
        if let Some(place) = known.held.iter().position(|until| *until == held) {
            known.held.swap_remove(place);
        }
        match outcome {
            Outcome::Wrong => known.failed(terms, at),
            Outcome::Right => known.cleared(at),
            Outcome::Open => known,
        }
    }

    /// The same with nothing held against anybody. Who is trying now goes on.
    #[must_use]
    pub fn cleared(self, at: Timestamp) -> Self {
        Self {
            held: self.held,
            ..Self::none(at)
        }
    }

    /// The same with one more failure. Failures while it is locked are of those who began before; they count, and
    /// make nothing longer.
    fn failed(self, terms: &LockoutTerms, at: Timestamp) -> Self {
        let known = match self.remembered_until(terms) <= at {
            true => self.cleared(at),
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
            held: known.held,
        }
    }

    /// Places of attempts that never ended come free.
    fn without_what_ran_out(mut self, at: Timestamp) -> Self {
        self.held.retain(|until| *until > at);
        self
    }

    /// From when on nothing of it matters, if nobody tries any more.
    #[must_use]
    pub fn forgotten_at(&self, terms: &LockoutTerms) -> Timestamp {
        let places = self.held.iter().copied().max();
        let failures = self.remembered_until(terms);
        places.map_or(failures, |held| held.max(failures))
    }

    /// Lockouts are kept in mind; failures that led to none matter only together with the next.
    fn remembered_until(&self, terms: &LockoutTerms) -> Timestamp {
        let last = self.until.map_or(self.since, |until| until.max(self.since));
        match (self.locks, self.failures) {
            (0, 0) => self.since,
            (0, _) => later(self.since, terms.within),
            (_, _) => later(last, terms.kept),
        }
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

    /// Until when an attempt that begins at `at` holds its place.
    #[must_use]
    pub fn held_from(at: Timestamp) -> Timestamp {
        later(at, Self::HELD)
    }
}

/// At the end of time, times do not end.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "lockout_tests.rs"]
mod tests;
