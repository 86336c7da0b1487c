//! A limiter and what has to live as long as it does.

use async_trait::async_trait;
use core::any::Any;
use domain::limits::{Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;

/// A limiter that nobody else uses, and its keeper: a server, a task.
pub struct Kept {
    limiter: Box<dyn RateLimiter>,
    _keeper: Box<dyn Any + Send + Sync>,
}

impl Kept {
    /// Puts a limiter and its keeper together.
    pub fn new(limiter: impl RateLimiter + 'static, keeper: impl Any + Send + Sync) -> Self {
        Self {
            limiter: Box::new(limiter),
            _keeper: Box::new(keeper),
        }
    }
}

#[async_trait]
impl RateLimiter for Kept {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.limiter.admit(bucket, rate, cost).await
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.limiter.look(bucket, rate, cost).await
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.limiter.charge(bucket, rate, cost).await
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.limiter.refund(bucket, rate, cost).await
    }
}
