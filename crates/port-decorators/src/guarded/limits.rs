//! Rate limits, in a Redis that may be down: asked once and quickly, since somebody waits with every request.

use super::Guarded;
use async_trait::async_trait;
use domain::limits::{Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;

#[async_trait]
impl<P: RateLimiter + ?Sized> RateLimiter for Guarded<P> {
    /// Made once: it charges.
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.write(|limits| limits.admit(bucket, rate, cost)).await
    }

    /// Made once: whoever waits for a second try could have counted alone.
    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.look(|limits| limits.look(bucket, rate, cost)).await
    }

    /// Made once: it charges.
    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.write(|limits| limits.charge(bucket, rate, cost)).await
    }

    /// Made once: twice would give back what was never charged.
    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.write(|limits| limits.refund(bucket, rate, cost)).await
    }
}
