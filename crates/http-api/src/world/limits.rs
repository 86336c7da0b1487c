//! Limits that nobody reaches, until a test says otherwise.

use application::accounts::Attempts;
use application::limits::{LimitRequests, RateRules};
use domain::Digest;
use domain::accounts::LockoutTerms;
use domain::limits::{Asked, Rate};
use ports::Clock;
use ports::accounts::{Begun, MockLockoutRepository, UserRepository};
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
    let begin = lockouts.expect_begin();
    begin.returning(|_, at| Ok(Begun::Held(LockoutTerms::held_from(at))));
    lockouts.expect_end().returning(|_, _, _| Ok(()));
    lockouts.expect_clear().returning(|_, _| Ok(()));
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

pub(super) fn attempts(
    lockouts: MockLockoutRepository,
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
) -> Attempts {
    Attempts {
        lockouts: Arc::new(lockouts),
        users,
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
