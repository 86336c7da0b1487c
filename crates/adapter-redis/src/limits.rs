//! Requests counted in Redis, so that all processes together admit what one would.

mod script;

use crate::redis::Redis;
use async_trait::async_trait;
use core::fmt;
use domain::limits::{Asked, Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;
use redis::Script;

/// Another shape of entries gets another number here: then neither version of us reads the other's.
const NAMES: &str = "muster:limits:1";

/// Keeps a theoretical arrival in Redis for each bucket that is not full.
///
/// One script looks at the clock of Redis, decides and writes, so nobody comes between. It counts whole
/// numbers below 2^53, which its doubles hold exactly, and so decides as [`Rate::decide`] does. What a
/// bucket keeps ends a second after it has filled.
pub struct RedisRateLimiter {
    redis: Redis,
    script: Script,
}

impl RedisRateLimiter {
    /// Counts in this Redis.
    #[must_use]
    pub fn new(redis: Redis) -> Self {
        Self {
            redis,
            script: Script::new(script::ASK),
        }
    }

    async fn ask(
        &self,
        asked: Asked,
        bucket: &Bucket,
        rate: Rate,
        cost: u32,
    ) -> Result<Verdict, Fault> {
        let mut ask = self.script.key(key(bucket, rate));
        let ask = ask
            .arg(script::name(asked))
            .arg(rate.requests())
            .arg(rate.most_owed())
            .arg(rate.price_of(cost));
        let owed = self.redis.run(ask).await?;
        let (verdict, _) = rate.settle(asked, cost, owed);
        Ok(verdict)
    }
}

/// The key of a bucket of this rate.
fn key(bucket: &Bucket, rate: Rate) -> String {
    let (requests, burst) = (rate.requests(), rate.burst());
    let period = rate.period().as_micros();
    format!("{NAMES}:{bucket}:{requests}/{period}/{burst}")
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.ask(Asked::Admit, bucket, rate, cost).await
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.ask(Asked::Look, bucket, rate, cost).await
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.ask(Asked::Charge, bucket, rate, cost).await
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.ask(Asked::Refund, bucket, rate, cost).await
    }
}

impl fmt::Debug for RedisRateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RedisRateLimiter")
            .field("redis", &self.redis)
            .finish_non_exhaustive()
    }
}
