//! The generic cell rate algorithm (ITU-T I.371, annex A), exact: who may pass is decided by one instant
//! for each bucket and by whole numbers.
//!
//! That instant, the theoretical arrival, is when the bucket would be full again. It lies on fractions of a
//! microsecond: a request moves it on by period / requests. So it is kept as whole microseconds and a number of
//! *parts*, of which a microsecond has `requests`; what lies between now and then is what a bucket owes, in
//! parts, and a request costs `period` parts. Nothing is ever rounded but what clients are told.

use super::rate::Rate;
use super::verdict::{Admission, Verdict};
use core::time::Duration;

/// When a bucket would be full again. The default is long ago: a bucket of which nothing is known is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Arrival {
    /// Microseconds since whenever the clock began.
    pub micros: u64,
    /// What it lies after that, in parts of a microsecond of which there are `requests`.
    pub part: u32,
}

/// What is asked of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To be charged if there is as much, and else nothing.
    Admit,
    /// What admitting would answer.
    Look,
    /// To be charged, down to nothing if there is less.
    Charge,
    /// To get back what was charged, up to a full bucket if it has filled meanwhile.
    Refund,
}

impl Rate {
    /// Answers whoever asks `cost` requests of a bucket at `now`, in microseconds of the clock of `arrival`, and
    /// gives the arrival to be kept from then on.
    ///
    /// No bucket owes more than a burst, whatever is kept: after a clock went back, or with nonsense for an
    /// arrival, it is full again after the time that a burst takes.
    #[must_use]
    pub fn decide(self, asked: Asked, cost: u32, now: u64, arrival: Arrival) -> (Verdict, Arrival) {
        let kept = self.ahead(now, arrival);
        let (verdict, after) = self.settle(asked, cost, kept);
        let arrival = match after == kept {
            true => arrival,
            false => self.arrival(now, after),
        };
        (verdict, arrival)
    }

    /// Answers whoever asks `cost` requests of a bucket that owes `owed` parts, and gives what it owes after.
    #[must_use]
    pub fn settle(self, asked: Asked, cost: u32, owed: u64) -> (Verdict, u64) {
        let (full, price) = (self.most_owed(), self.price_of(cost));
        let owed = owed.min(full);
        let fits = owed + price <= full;
        let after = match asked {
            Asked::Admit if fits => owed + price,
            Asked::Admit | Asked::Look => owed,
            Asked::Charge => (owed + price).min(full),
            Asked::Refund => owed.saturating_sub(price),
        };
        let admission = match asked {
            _ if fits => Admission::Allowed,
            Asked::Refund => Admission::Allowed,
            Asked::Admit | Asked::Look | Asked::Charge => Admission::Refused {
                retry_after: (price <= full).then(|| self.lasting(after + price - full)),
            },
        };
        let verdict = Verdict {
            admission,
            limit: self.burst(),
            remaining: u32::try_from((full - after) / self.price()).unwrap_or(u32::MAX),
            reset_after: self.lasting(after),
        };
        (verdict, after)
    }

    /// What so many requests cost, in parts. More than a burst is as good as a burst and one.
    #[must_use]
    pub fn price_of(self, cost: u32) -> u64 {
        self.price() * u64::from(cost).min(u64::from(self.burst()) + 1)
    }

    /// How far away an arrival is, in parts. It may be further than a burst.
    fn ahead(self, now: u64, arrival: Arrival) -> u64 {
        let micros = arrival.micros.checked_sub(now);
        micros.map_or(0, |micros| {
            let parts = micros.saturating_mul(self.requests().into());
            parts.saturating_add(arrival.part.into())
        })
    }

    /// The arrival of a bucket that owes so many parts now.
    fn arrival(self, now: u64, owed: u64) -> Arrival {
        let requests = u64::from(self.requests());
        Arrival {
            micros: now.saturating_add(owed / requests),
            part: u32::try_from(owed % requests).unwrap_or(u32::MAX),
        }
    }

    /// How long so many parts are, in whole microseconds, not too few.
    fn lasting(self, parts: u64) -> Duration {
        Duration::from_micros(parts.div_ceil(self.requests().into()))
    }
}

#[cfg(test)]
#[path = "gcra_tests.rs"]
mod tests;
