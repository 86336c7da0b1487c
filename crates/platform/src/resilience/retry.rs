//! How long to wait before trying again: exponentially longer, and anywhere from nothing to that.
//!
//! Full jitter spreads those who failed together over the whole pause and needs the fewest calls of all ways to wait
//! (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). backon's own jitter adds to the pause
//! instead, so only its growth is used.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::terms::Terms;

/// The pauses of one call, as many as it may have.
#[derive(Debug)]
pub(super) struct Pauses(ExponentialBackoff);

impl Pauses {
    pub(super) fn of(terms: &Terms) -> Self {
        let builder = ExponentialBuilder::default()
            .with_min_delay(terms.base_delay.min(terms.max_delay))
            .with_max_delay(terms.max_delay)
            .with_max_times(usize::try_from(terms.retries).unwrap_or(usize::MAX));
        Self(builder.build())
    }
}

impl Iterator for Pauses {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.0.next().map(|longest| longest.mul_f64(unit()))
    }
}

/// A number from 0 to 1 that no security rests on: the standard library keys every hasher anew.
fn unit() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_spread_over_all_of_it() {
        let millis = Duration::from_millis;
        let terms = Terms {
            retries: 4,
            base_delay: millis(100),
            max_delay: millis(300),
            ..Terms::default()
        };
        let longest = [100, 200, 300, 300].map(millis);
        let mut greatest = [Duration::ZERO; 4];
        let mut least = longest;
        for _ in 0..1_000 {
            let pauses: Vec<Duration> = Pauses::of(&terms).collect();
            assert_eq!(pauses.len(), 4);
            for (place, pause) in pauses.into_iter().enumerate() {
                assert!(pause <= longest[place], "{pause:?}");
                greatest[place] = greatest[place].max(pause);
                least[place] = least[place].min(pause);
            }
        }
        for place in 0..4 {
            assert!(least[place] < longest[place] / 10, "{least:?}");
            assert!(greatest[place] > longest[place] * 9 / 10, "{greatest:?}");
        }
    }
}
