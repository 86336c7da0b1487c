//! How many requests in how long, as a value with which nobody can be refused for ever by accident.

use core::num::NonZeroU32;
use core::time::Duration;

/// So many requests in a period, and so many at once: a token bucket of `burst` tokens, full at first, into
/// which `requests` tokens fall evenly in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    requests: u32,
    /// In microseconds.
    period: u64,
    burst: u32,
}

/// Numbers that are no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// A rate of none would refuse everybody for ever.
    #[error("a rate is at least 1 request in its period")]
    NoRequests,
    /// The same.
    #[error("a rate has a burst of at least 1")]
    NoBurst,
    /// What is counted in is microseconds.
    #[error("the period of a rate is a whole number of microseconds, at least 1")]
    Period,
    /// See [`Rate::LARGEST`].
    #[error("the burst times the period of a rate is at most 2^51 microseconds")]
    TooLarge,
}

impl Rate {
    /// The largest product of burst and period, in microseconds: 71 years. All numbers that are counted with
    /// stay below four times this, so that a double-precision number (all that a script in Redis has)
    /// holds each of them exactly.
    pub const LARGEST: u64 = 1 << 51;

    /// `requests` in each `period`, and at most `burst` at once.
    ///
    /// # Errors
    /// [`RateError`] when one of them is zero, when the period is no whole number of microseconds, and when
    /// burst and period together are larger than [`Rate::LARGEST`].
    pub const fn parse(requests: u32, period: Duration, burst: u32) -> Result<Self, RateError> {
        let micros = period.as_micros();
        if requests == 0 {
            return Err(RateError::NoRequests);
        }
        if burst == 0 {
            return Err(RateError::NoBurst);
        }
        if micros == 0 || !period.subsec_nanos().is_multiple_of(1_000) {
            return Err(RateError::Period);
        }
        if micros > (Self::LARGEST / burst as u64) as u128 {
            return Err(RateError::TooLarge);
        }
        Ok(Self {
            requests,
            period: micros as u64,
            burst,
        })
    }

    /// How many requests in each period.
    #[must_use]
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// How long a period is.
    #[must_use]
    pub const fn period(self) -> Duration {
        Duration::from_micros(self.period)
    }

    /// How many at once.
    #[must_use]
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// One of `replicas` equal parts of it. The rate is divided exactly, by making the period longer; the
    /// burst is cut to whole requests and is at least 1. So all parts together are never more than the
    /// whole, but for bursts smaller than the number of parts.
    #[must_use]
    pub fn share(self, replicas: NonZeroU32) -> Self {
        let burst = (self.burst / replicas).max(1);
        let period = self.period.saturating_mul(replicas.get().into());
        Self {
            period: period.min(Self::LARGEST / u64::from(burst)),
            burst,
            ..self
        }
    }

    /// What a request costs, in parts of a microsecond of which there are `requests`.
    pub(super) const fn price(self) -> u64 {
        self.period
    }

    /// What a bucket owes when nothing remains, in the same parts: [`Rate::LARGEST`] at most.
    #[must_use]
    pub const fn most_owed(self) -> u64 {
        self.period * self.burst as u64
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, RateError};
    use core::num::NonZeroU32;
    use core::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    fn share(rate: Rate, replicas: u32) -> Rate {
        rate.share(NonZeroU32::new(replicas).expect("is not zero"))
    }

    #[test]
    fn a_rate_has_requests_a_burst_and_a_period_of_whole_microseconds() {
        let rate = Rate::parse(100, SECOND, 200).expect("is a rate");
        assert_eq!(
            (rate.requests(), rate.period(), rate.burst()),
            (100, SECOND, 200)
        );
        for (requests, period, burst, error) in [
            (0, SECOND, 1, RateError::NoRequests),
            (1, SECOND, 0, RateError::NoBurst),
            (1, Duration::ZERO, 1, RateError::Period),
            (1, Duration::from_nanos(999), 1, RateError::Period),
            (1, Duration::from_nanos(1_500), 1, RateError::Period),
            (1, Duration::from_secs(u64::MAX), 1, RateError::TooLarge),
            (
                1,
                Duration::from_micros(Rate::LARGEST / 2 + 1),
                2,
                RateError::TooLarge,
            ),
        ] {
            let parsed = Rate::parse(requests, period, burst);
            assert_eq!(parsed, Err(error), "{requests} {period:?} {burst}");
        }
        Rate::parse(u32::MAX, Duration::from_micros(Rate::LARGEST / 2), 2).expect("is the largest");
    }

    #[test]
    fn a_share_is_a_part_of_the_rate_and_of_the_burst() {
        let rate = Rate::parse(100, SECOND, 200).expect("is a rate");
        assert_eq!(share(rate, 1), rate);
        assert_eq!(share(rate, 3), Rate::parse(100, SECOND * 3, 66).unwrap());
        assert_eq!(share(rate, 500).burst(), 1);
        let rare = Rate::parse(1, SECOND, 1).expect("is a rate");
        assert_eq!(share(rare, 4), Rate::parse(1, SECOND * 4, 1).unwrap());
    }

    #[test]
    fn a_share_of_whatever_is_still_a_rate() {
        let longest = Duration::from_micros(Rate::LARGEST);
        let rate = Rate::parse(1, longest, 1).expect("is a rate");
        let share = share(rate, u32::MAX);
        assert_eq!(Rate::parse(1, share.period(), share.burst()), Ok(share));
    }
}
