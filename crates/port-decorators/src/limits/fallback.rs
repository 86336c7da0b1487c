//! Counting together with all processes while that is possible, and alone for a share of it while not.

use super::known::KnownReplicas;
use async_trait::async_trait;
use core::fmt;
use domain::limits::{Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks a limiter that all processes share and, whenever that has a fault of any kind, one of this process, at
/// this process's share of the rate: see [`Rate::share`].
///
/// Every call asks the far one first, so its return needs no telling; what keeps that cheap meanwhile is the
/// circuit around it. What was counted on one side is not known on the other: at each change a burst may be
/// admitted once more. Verdicts of the near one speak of the share.
pub struct FallbackRateLimiter {
    far: Arc<dyn RateLimiter>,
    near: Arc<dyn RateLimiter>,
    replicas: Arc<KnownReplicas>,
    alone: AtomicBool,
}

impl FallbackRateLimiter {
    /// Asks `far`, and `near` when that fails, for one part of as many as there are `replicas`.
    #[must_use]
    pub fn new(
        far: Arc<dyn RateLimiter>,
        near: Arc<dyn RateLimiter>,
        replicas: Arc<KnownReplicas>,
    ) -> Self {
        Self {
            far,
            near,
            replicas,
            alone: AtomicBool::new(false),
        }
    }

    /// What the far one said, unless it failed.
    fn heard(&self, answer: Result<Verdict, Fault>) -> Option<Verdict> {
        let was_alone = self.alone.load(Ordering::Relaxed);
        match &answer {
            Err(fault) if !was_alone && !self.alone.swap(true, Ordering::Relaxed) => {
                let error: &dyn std::error::Error = fault;
                let count = self.replicas.count().get();
                tracing::warn!(
                    error,
                    count,
                    "rate limits are not shared any more, counting alone for a share"
                );
            }
            Ok(_) if was_alone && self.alone.swap(false, Ordering::Relaxed) => {
                tracing::info!("rate limits are shared again");
            }
            Ok(_) | Err(_) => {}
        }
        answer.ok()
    }

    /// The share of a rate, and what a cost is of it: what fits into a burst of all fits into one of the share.
    fn share(&self, rate: Rate, cost: u32) -> (Rate, u32) {
        let share = rate.share(self.replicas.count());
        let cost = match cost <= rate.burst() {
            true => cost.min(share.burst()),
            false => cost,
        };
        (share, cost)
    }
}

#[async_trait]
impl RateLimiter for FallbackRateLimiter {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        if let Some(verdict) = self.heard(self.far.admit(bucket, rate, cost).await) {
            return Ok(verdict);
        }
        let (rate, cost) = self.share(rate, cost);
        self.near.admit(bucket, rate, cost).await
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        if let Some(verdict) = self.heard(self.far.look(bucket, rate, cost).await) {
            return Ok(verdict);
        }
        let (rate, cost) = self.share(rate, cost);
        self.near.look(bucket, rate, cost).await
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        if let Some(verdict) = self.heard(self.far.charge(bucket, rate, cost).await) {
            return Ok(verdict);
        }
        let (rate, cost) = self.share(rate, cost);
        self.near.charge(bucket, rate, cost).await
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        if let Some(verdict) = self.heard(self.far.refund(bucket, rate, cost).await) {
            return Ok(verdict);
        }
        let (rate, cost) = self.share(rate, cost);
        self.near.refund(bucket, rate, cost).await
    }
}

impl fmt::Debug for FallbackRateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FallbackRateLimiter")
            .field("alone", &self.alone)
            .field("replicas", &self.replicas)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "fallback_tests.rs"]
mod tests;
