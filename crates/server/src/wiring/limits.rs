//! Who counts requests, and how many are allowed.

use super::Parts;
use crate::Failure;
use adapter_memory::MemoryRateLimiter;
use adapter_redis::{Redis, RedisRateLimiter, RedisReplicas};
use application::accounts::Attempts;
use application::limits::{LimitRequests, RateRules};
use domain::limits::{Rate, RateError};
use platform::config::LimitSettings;
use platform::resilience::Policy;
use port_decorators::{BatchedRateLimiter, FallbackRateLimiter, Guarded, KnownReplicas};
use ports::limits::RateLimiter;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// As many people, keys and sources are counted by a process at the same time.
const BUCKETS: usize = 50_000;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// In this process alone.
pub(super) fn alone() -> Arc<dyn RateLimiter> {
    Arc::new(MemoryRateLimiter::new(BUCKETS))
}

/// In a Redis, and for a share while that is lost.
pub(super) fn shared(
    redis: &Redis,
    policy: &Policy,
    process: Uuid,
) -> (Arc<dyn RateLimiter>, Arc<KnownReplicas>) {
    let replicas = RedisReplicas::new(redis.clone(), process);
    let replicas = Guarded::new(Arc::new(replicas), policy.clone());
    let replicas = Arc::new(KnownReplicas::new(Arc::new(replicas)));
    let far = RedisRateLimiter::new(redis.clone());
    let far = Guarded::new(Arc::new(far), policy.clone());
    let far = BatchedRateLimiter::new(Arc::new(far), Arc::clone(&replicas));
    let limiter = FallbackRateLimiter::new(Arc::new(far), alone(), Arc::clone(&replicas));
    (Arc::new(limiter), replicas)
}

/// What the settings allow.
pub(super) fn rules(settings: &LimitSettings) -> Result<RateRules, Failure> {
    let rules = || {
        Ok(RateRules {
            requests: Rate::parse(settings.requests, SECOND, settings.burst)?,
            keys: Rate::parse(
                settings.key_requests,
                SECOND,
                settings.key_requests.saturating_mul(2),
            )?,
            uploads: Rate::parse(settings.uploads, MINUTE, settings.uploads)?,
        })
    };
    rules().map_err(|error: RateError| Failure::usage(crate::exit::chain_of("limits", &error)))
}

/// Counts requests.
#[must_use]
pub fn limit(parts: &Parts) -> LimitRequests {
    LimitRequests {
        limiter: parts.limiter.clone(),
        pseudonyms: parts.pseudonyms.clone(),
        rules: parts.rules,
    }
}

/// Counts attempts to sign in.
pub(super) fn attempts(parts: &Parts) -> Attempts {
    Attempts {
        lockouts: parts.lockouts.clone(),
        users: parts.users.clone(),
        pseudonyms: parts.pseudonyms.clone(),
        clock: parts.clock.clone(),
    }
}
