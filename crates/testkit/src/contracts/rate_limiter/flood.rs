//! Asking for more than there is, for a measured time, in order to count what is admitted.

use super::{a_bucket, admit, rate};
use core::time::Duration;
use domain::limits::{Bucket, Rate};
use ports::limits::RateLimiter;
use std::cell::Cell;
use tokio::time::{Instant, sleep};

/// What was admitted of a flood, and how long it took.
#[derive(Debug, Clone, Copy)]
pub struct Flood {
    /// How many were admitted.
    pub admitted: u32,
    /// From before the first was asked until after the last was answered.
    pub longest: Duration,
    /// From after the first was answered until before the last was asked, who was refused.
    pub shortest: Duration,
}

/// How many ask at the same time, so that a slow way to the limiter does not keep them from asking for more than there is.
const LANES: u32 = 4;

impl Flood {
    /// Asks as fast as there is something, for a while and until somebody is refused.
    ///
    /// # Panics
    /// If nobody is refused for very long: then what can be asked is less than what falls in.
    pub async fn of(
        limiter: &dyn RateLimiter,
        bucket: &Bucket,
        rate: Rate,
        lasting: Duration,
    ) -> Self {
        let before = Instant::now();
        let mut admitted = u32::from(admit(limiter, bucket, rate, 1).await.is_allowed());
        let (after, shortest) = (Instant::now(), Cell::new(None));
        let lane = async || {
            let mut admitted = 0;
            while shortest.get().is_none() {
                let asked = Instant::now();
                if admit(limiter, bucket, rate, 1).await.is_allowed() {
                    admitted += 1;
                } else if asked - after >= lasting {
                    shortest.set(Some(asked - after));
                } else {
                    sleep(Duration::from_millis(1)).await;
                }
                assert!(before.elapsed() < lasting * 10, "nobody is refused");
            }
            admitted
        };
        let lanes = futures::future::join_all((0..LANES).map(|_| lane())).await;
        admitted += lanes.into_iter().sum::<u32>();
        Self {
            admitted,
            longest: before.elapsed(),
            shortest: shortest.get().expect("somebody was refused"),
        }
    }

    /// What was admitted of two floods at the same time.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            admitted: self.admitted + other.admitted,
            longest: self.longest.max(other.longest),
            shortest: self.shortest.max(other.shortest),
        }
    }

    /// Asserts that a burst was admitted and what fell in meanwhile, within a hundredth of the latter.
    pub fn assert_exact(&self, rate: Rate) {
        let fell_in = |time: Duration| {
            let fell_in =
                time.as_micros() * u128::from(rate.requests()) / rate.period().as_micros();
            u32::try_from(fell_in).expect("is a moment")
        };
        let (least, most) = (fell_in(self.shortest), fell_in(self.longest) + 1);
        let (least, most) = (least - least / 100, most + most / 100);
        let counted = self.admitted.checked_sub(rate.burst());
        let counted = counted.unwrap_or_else(|| panic!("{self:?}: not even a burst"));
        assert!(
            (least..=most).contains(&counted),
            "{self:?}: {counted} fell in, not {least} to {most}"
        );
    }
}

/// Within a hundredth, at a rate that does not divide its period into whole microseconds.
pub async fn over_time_the_rate_is_admitted_and_no_more(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), rate(700, Duration::from_secs(1), 700));
    let flood = Flood::of(limiter, &bucket, rate, Duration::from_millis(1_500)).await;
    flood.assert_exact(rate);
}
