//! What is remembered of people, and where: in this process, or in a Redis that all processes share with
//! a short memory of their own before it.

use super::{limits, policies};
use crate::Failure;
use crate::bridges::cache_counts;
use adapter_memory::MemoryUserCache;
use adapter_redis::{Redis, RedisUserCache, RedisUserNews};
use platform::config::Address;
use platform::telemetry::Metrics;
use port_decorators::{Guarded, KnownReplicas, LayeredUserCache};
use ports::accounts::{UserCache, UserNews};
use ports::limits::RateLimiter;
use std::sync::Arc;
use uuid::Uuid;

/// Where people are remembered.
#[derive(Clone)]
pub enum Memory {
    /// In this process, which is the only one.
    Local(Arc<MemoryUserCache>),
    /// In a Redis.
    Shared {
        /// The server, for the health check.
        redis: Redis,
        /// What this process remembers before it asks there.
        users: Arc<LayeredUserCache>,
        /// What other processes have written.
        news: Arc<dyn UserNews>,
        /// Counts requests together with the other processes.
        limiter: Arc<dyn RateLimiter>,
        /// How many processes there are.
        replicas: Arc<KnownReplicas>,
    },
}

/// As many people are remembered by a process for itself.
const NEAR: usize = 10_000;

impl Memory {
    /// Opens what this address names. A Redis is not asked for anything yet, and need not be there.
    ///
    /// # Errors
    /// [`Failure`] when the address cannot be used.
    pub fn open(
        redis: Option<&Address>,
        process: Uuid,
        metrics: Option<&Metrics>,
    ) -> Result<Self, Failure> {
        let Some(address) = redis else {
            return Ok(Self::Local(Arc::default()));
        };
        let wrong = |error| Failure::usage(crate::exit::chain_of("redis_url", &error));
        let redis = Redis::open(address.reveal()).map_err(wrong)?;
        let far = Arc::new(RedisUserCache::new(redis.clone()));
        let policy = policies::redis(metrics);
        let (limiter, replicas) = limits::shared(&redis, &policy, process);
        let far = Guarded::new(far, policy);
        let counting = cache_counts::counting_near(metrics.cloned());
        Ok(Self::Shared {
            users: Arc::new(LayeredUserCache::new(NEAR, Arc::new(far), counting)),
            news: Arc::new(RedisUserNews::new(redis.clone())),
            limiter,
            replicas,
            redis,
        })
    }

    /// Who counts requests.
    #[must_use]
    pub(super) fn limiter(&self) -> Arc<dyn RateLimiter> {
        match self {
            Self::Local(_) => limits::alone(),
            Self::Shared { limiter, .. } => limiter.clone(),
        }
    }

    /// The port.
    #[must_use]
    pub fn users(&self) -> Arc<dyn UserCache> {
        match self {
            Self::Local(users) => users.clone(),
            Self::Shared { users, .. } => users.clone(),
        }
    }
}
