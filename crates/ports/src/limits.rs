//! Counting what is asked, so that nobody takes the share of everybody else.

use crate::Fault;
use async_trait::async_trait;
use domain::limits::{Bucket, Rate, Verdict};

/// Counts requests in token buckets, one for each [`Bucket`] and [`Rate`]: the same thing under another rate
/// is another bucket, which begins full. However many ask at once, each is decided after the one before,
/// by [`Rate::decide`] and by one clock. A bucket that was not asked for as long as it takes to fill is
/// forgotten, which changes nothing. Every adapter passes `testkit::rate_limiter_contract!`.
///
/// What is kept says nothing of a person in clear: see [`Bucket`].
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Charges `cost` requests if there are as many, and nothing at all if not.
    ///
    /// # Errors
    /// [`Fault`] when the bucket cannot be reached. Whether it was charged is not known then, so nobody
    /// should ask again.
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault>;

    /// Says what [`RateLimiter::admit`] would, and charges nothing.
    ///
    /// # Errors
    /// [`Fault`] when the bucket cannot be reached.
    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault>;

    /// Charges `cost` requests after the fact, also where there are fewer: then nothing remains. It never
    /// owes more than its burst, however often it is charged. Refused means that there were fewer.
    ///
    /// With [`RateLimiter::look`] before, only failures are counted; those who look at the same time are all
    /// let through. Where that is too many, admit before and [`RateLimiter::refund`] after a success.
    ///
    /// # Errors
    /// [`Fault`] when the bucket cannot be reached. Whether it was charged is not known then.
    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault>;

    /// Gives back `cost` requests that were charged and should not have been, and never more than a full bucket.
    ///
    /// # Errors
    /// [`Fault`] when the bucket cannot be reached. Whether anything was given back is not known then.
    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault>;
}
