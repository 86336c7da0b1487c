//! Spreads jobs over time, so that replicas that started together do not work together.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The interval, longer or shorter by at most this share of it (0 to 1).
pub(super) fn around(interval: Duration, share: f64) -> Duration {
    interval.mul_f64(1.0 + share.clamp(0.0, 1.0) * (2.0 * unit() - 1.0))
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
    fn jitter_stays_within_its_share() {
        let hour = Duration::from_secs(3600);
        for _ in 0..1000 {
            let jittered = around(hour, 0.1).as_secs();
            assert!((3239..=3961).contains(&jittered), "{jittered}");
        }
        assert_eq!(around(hour, 0.0), hour);
    }
}
