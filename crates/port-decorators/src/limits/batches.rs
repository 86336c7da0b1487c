//! Taking requests of a busy bucket some at a time, so that not each of them asks what all processes share.

use super::known::KnownReplicas;
use async_trait::async_trait;
use core::fmt;
use core::time::Duration;
use domain::limits::{Admission, Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// All processes together hold at most one in so many of a burst that nobody has asked for yet: the error that
/// taking some at a time may bring.
const PRECISION: u32 = 100;
/// Fewer at a time are not worth a place here.
const LEAST: u32 = 10;
/// As many buckets are held at most. Those beyond are asked for one by one.
const MOST: usize = 1_000;
/// For so many batches of others somebody waits before asking alone: the others may have taken them, or got a fault.
const PATIENCE: u32 = 2;

/// Admits requests of a bucket in batches: a process takes its part of one in a hundred of a burst at once and gives it out
/// until it is gone. Small buckets, whose hundredth is hardly a request, are asked for one by one, and so is every bucket
/// in which fewer are left than a batch.
///
/// No more is admitted than by the one who is asked, and at most a hundredth of a burst less. What a process holds is
/// forgotten when the bucket would be full again, since from then on it counts for nothing.
pub struct BatchedRateLimiter {
    far: Arc<dyn RateLimiter>,
    replicas: Arc<KnownReplicas>,
    held: Mutex<HashMap<(Bucket, Rate), Arc<Place>>>,
}

/// What is held of one bucket. Whoever finds nothing asks for more, one at a time, and the others wait for what comes.
#[derive(Default)]
struct Place {
    batch: Mutex<Option<Batch>>,
    /// Until when the bucket has no whole batch.
    scarce: Mutex<Option<Instant>>,
    asking: tokio::sync::Mutex<()>,
}

/// What is left of a batch.
#[derive(Clone, Copy)]
struct Batch {
    left: u32,
    /// How the bucket stood after the batch was taken.
    verdict: Verdict,
    until: Instant,
}

impl Place {
    /// One of the batch, if any is left.
    fn take(&self) -> Option<Verdict> {
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        let held = batch
            .as_mut()
            .filter(|batch| Instant::now() < batch.until)?;
        held.left = held.left.checked_sub(1)?;
        Some(Verdict {
            remaining: held.verdict.remaining.saturating_add(held.left),
            ..held.verdict
        })
    }

    /// Keeps what was taken, but for the one who took it.
    fn keep(&self, size: u32, verdict: Verdict) -> Verdict {
        let left = size.saturating_sub(1);
        let batch = Batch {
            left,
            verdict,
            until: Instant::now() + verdict.reset_after,
        };
        *self.batch.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch);
        Verdict {
            remaining: verdict.remaining.saturating_add(left),
            ..verdict
        }
    }

    fn is_scarce(&self) -> bool {
        let scarce = self.scarce.lock().unwrap_or_else(PoisonError::into_inner);
        scarce.is_some_and(|until| Instant::now() < until)
    }

    fn note_scarce(&self, retry_after: Option<Duration>) {
        let until = retry_after.map(|wait| Instant::now() + wait);
        *self.scarce.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    fn is_over(&self) -> bool {
        let batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        batch.is_none_or(|batch| batch.left == 0 || batch.until <= Instant::now())
    }
}

impl BatchedRateLimiter {
    /// Asks `far`, for the part of one process among as many as there are `replicas`.
    #[must_use]
    pub fn new(far: Arc<dyn RateLimiter>, replicas: Arc<KnownReplicas>) -> Self {
        Self {
            far,
            replicas,
            held: Mutex::default(),
        }
    }

    /// How many to take at once; none where one by one is better.
    fn size(&self, rate: Rate) -> Option<u32> {
        let size = rate.burst() / PRECISION / self.replicas.count();
        (size >= LEAST).then_some(size)
    }

    /// The place of a bucket, unless there are too many.
    fn place(&self, bucket: &Bucket, rate: Rate) -> Option<Arc<Place>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = held.get(&(*bucket, rate)) {
            return Some(Arc::clone(place));
        }
        if held.len() >= MOST {
            // Nobody asks at a place that nobody else knows of.
            held.retain(|_, place| Arc::strong_count(place) > 1 || !place.is_over());
        }
        (held.len() < MOST).then(|| Arc::clone(held.entry((*bucket, rate)).or_default()))
    }

    async fn batched(
        &self,
        place: &Place,
        bucket: &Bucket,
        rate: Rate,
        size: u32,
    ) -> Result<Verdict, Fault> {
        let taken = self.far.admit(bucket, rate, size).await?;
        match taken.admission {
            Admission::Allowed => Ok(place.keep(size, taken)),
            // There is no whole batch left, but perhaps one.
            Admission::Refused { retry_after } => {
                place.note_scarce(retry_after);
                self.far.admit(bucket, rate, 1).await
            }
        }
    }
}

#[async_trait]
impl RateLimiter for BatchedRateLimiter {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        let size = self.size(rate).filter(|_| cost == 1);
        let place = size.and_then(|size| Some((size, self.place(bucket, rate)?)));
        let Some((size, place)) = place else {
            return self.far.admit(bucket, rate, cost).await;
        };
        for _ in 0..PATIENCE {
            if let Some(verdict) = place.take() {
                return Ok(verdict);
            }
            if place.is_scarce() {
                break;
            }
            if let Ok(_turn) = place.asking.try_lock() {
                return self.batched(&place, bucket, rate, size).await;
            }
            drop(place.asking.lock().await);
        }
        self.far.admit(bucket, rate, 1).await
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.far.look(bucket, rate, cost).await
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.far.charge(bucket, rate, cost).await
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.far.refund(bucket, rate, cost).await
    }
}

impl fmt::Debug for BatchedRateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BatchedRateLimiter")
            .field("replicas", &self.replicas)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "batches_tests.rs"]
mod tests;
