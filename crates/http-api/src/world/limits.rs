//! Limits that nobody reaches, until a test says otherwise.

use application::accounts::Attempts;
use application::limits::{LimitRequests, RateRules};
use domain::Digest;
use domain::limits::{Asked, Rate};
use ports::Clock;
use ports::accounts::MockLockoutRepository;
use ports::limits::MockRateLimiter;
use ports::pseudonyms::{MockPseudonyms, Pseudonyms};
use std::sync::Arc;
use std::time::Duration;

/// Every bucket is full, and stays so.
pub(super) fn plenty() -> MockRateLimiter {
    let mut limiter = MockRateLimiter::new();
    limiter
        .expect_admit()
        .returning(|_, rate, cost| Ok(rate.settle(Asked::Admit, cost, 0).0));
    limiter
}

/// Every bucket is empty.
pub(crate) fn nothing_left() -> MockRateLimiter {
    let mut limiter = MockRateLimiter::new();
    limiter.expect_admit().returning(|_, rate, cost| {
        let owed = rate.price_of(rate.burst());
        Ok(rate.settle(Asked::Admit, cost, owed).0)
    });
    limiter
}

/// Nobody has failed too often.
pub(super) fn nobody_locked() -> MockLockoutRepository {
    let mut lockouts = MockLockoutRepository::new();
    lockouts.expect_look().returning(|_, _| Ok(None));
    lockouts.expect_charge().returning(|_, _, _| Ok(None));
    lockouts.expect_clear().returning(|_| Ok(()));
    lockouts
}

pub(super) fn limiting(limiter: MockRateLimiter) -> LimitRequests {
    LimitRequests {
        limiter: Arc::new(limiter),
        pseudonyms: pseudonyms(),
        rules: RateRules {
            requests: rate(100, 1, 200),
            keys: rate(10_000, 1, 20_000),
            uploads: rate(20, 60, 20),
        },
    }
}

pub(super) fn attempts(lockouts: MockLockoutRepository, clock: Arc<dyn Clock>) -> Attempts {
    Attempts {
        lockouts: Arc::new(lockouts),
        pseudonyms: pseudonyms(),
        clock,
    }
}

fn rate(requests: u32, seconds: u64, burst: u32) -> Rate {
    Rate::parse(requests, Duration::from_secs(seconds), burst).expect("is a rate")
}

pub(super) fn pseudonyms() -> Arc<dyn Pseudonyms> {
    let mut pseudonyms = MockPseudonyms::new();
    pseudonyms
        .expect_of()
        .returning(|_, _| Digest::new([7; 32]));
    Arc::new(pseudonyms)
}
