//! Counting requests within the process: alone, or for its share while what all processes share is lost.

mod shard;

use async_trait::async_trait;
use core::fmt;
use domain::limits::{Asked, Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;
use shard::{Kept, Shard};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// How many parts there are, each behind its own lock; buckets share them.
const SHARDS: usize = 64;

/// How many buckets are kept by default: 11 MB when all are taken.
const CAPACITY: usize = 50_000;

/// Keeps a theoretical arrival for each bucket that is not full, and at most so many of them.
///
/// Nothing runs when nobody asks: buckets that have filled make room when others come. Where there are
/// only living ones, the one that would be full first is forgotten, so that a flood of buckets forgives
/// those who owe least and refuses nobody. Its clock is monotonic, and paused in tests as tokio's is.
pub struct MemoryRateLimiter {
    shards: [Mutex<Shard>; SHARDS],
    /// Its key is drawn at random, so nobody can aim at one shard.
    hasher: RandomState,
    began: Instant,
}

impl MemoryRateLimiter {
    /// Keeps up to `capacity` buckets, rounded up to a multiple of 64. Each takes some 220 bytes.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let room = capacity.div_ceil(SHARDS);
        Self {
            shards: std::array::from_fn(|_| Mutex::new(Shard::new(room))),
            hasher: RandomState::new(),
            began: Instant::now(),
        }
    }

    fn ask(&self, asked: Asked, bucket: &Bucket, rate: Rate, cost: u32) -> Verdict {
        let kept = Kept {
            bucket: *bucket,
            rate,
        };
        let mut shard = self.shard(&kept);
        // Looked at behind the lock, so that nobody decides by a time before that of the one before.
        let now = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        shard.ask(asked, kept, cost, now)
    }

    fn shard(&self, kept: &Kept) -> MutexGuard<'_, Shard> {
        let number = self.hasher.hash_one(kept) % SHARDS as u64;
        let [first, ..] = &self.shards;
        let shard = usize::try_from(number).ok();
        let shard = shard.and_then(|number| self.shards.get(number));
        let shard = shard.unwrap_or(first).lock();
        shard.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryRateLimiter {
    /// Up to 50,000 buckets.
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

#[async_trait]
impl RateLimiter for MemoryRateLimiter {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        Ok(self.ask(Asked::Admit, bucket, rate, cost))
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        Ok(self.ask(Asked::Look, bucket, rate, cost))
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        Ok(self.ask(Asked::Charge, bucket, rate, cost))
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        Ok(self.ask(Asked::Refund, bucket, rate, cost))
    }
}

impl fmt::Debug for MemoryRateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryRateLimiter")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
