//! How often the far one is asked, and that no more is admitted than it would.

use super::BatchedRateLimiter;
use crate::KnownReplicas;
use adapter_memory::MemoryRateLimiter;
use async_trait::async_trait;
use core::num::NonZeroU32;
use core::time::Duration;
use domain::limits::{Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::RateLimiter;
use ports::replicas::MockReplicas;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use testkit::contracts::rate_limiter::{a_bucket, rate};
use tokio::time::advance;

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

/// A limiter that is a millisecond away, counts how often it is asked, and can be lost.
#[derive(Default)]
struct Far {
    inner: MemoryRateLimiter,
    asked: AtomicU32,
    lost: AtomicBool,
}

impl Far {
    fn asked(&self) -> u32 {
        self.asked.swap(0, Ordering::SeqCst)
    }

    async fn reached(&self) -> Result<&MemoryRateLimiter, Fault> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(MILLISECOND).await;
        let lost = self.lost.load(Ordering::SeqCst);
        let lost = lost.then(|| Fault::unavailable("redis", "connection refused"));
        lost.map_or(Ok(&self.inner), Err)
    }
}

#[async_trait]
impl RateLimiter for Far {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.reached().await?.admit(bucket, rate, cost).await
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.reached().await?.look(bucket, rate, cost).await
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.reached().await?.charge(bucket, rate, cost).await
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.reached().await?.refund(bucket, rate, cost).await
    }
}

/// One of so many processes that share this.
async fn process(far: &Arc<Far>, count: u32) -> BatchedRateLimiter {
    let mut replicas = MockReplicas::new();
    let count = NonZeroU32::new(count).expect("is not zero");
    replicas.expect_beat().returning(move || Ok(count));
    let replicas = KnownReplicas::new(Arc::new(replicas));
    replicas.beat().await.expect("answers");
    BatchedRateLimiter::new(far.clone(), Arc::new(replicas))
}

async fn admit(limiter: &BatchedRateLimiter, bucket: &Bucket, rate: Rate) -> Verdict {
    let verdict = limiter.admit(bucket, rate, 1).await;
    verdict.expect("is there")
}

#[tokio::test(start_paused = true)]
async fn a_hundredth_of_a_burst_is_taken_at_once_and_given_out_one_by_one() {
    let far = Arc::new(Far::default());
    let (alone, bucket) = (process(&far, 1).await, a_bucket());
    let rate = rate(1, SECOND * 3_600, 2_000);
    for given in 1..=40 {
        let verdict = admit(&alone, &bucket, rate).await;
        assert_eq!((verdict.limit, verdict.remaining), (2_000, 2_000 - given));
    }
    assert_eq!(far.asked(), 2);
    // A process among four takes a fourth of that, and one among many asks one by one.
    for (count, expected) in [(2, 4), (4, 40)] {
        let (process, bucket) = (process(&far, count).await, a_bucket());
        for _ in 0..40 {
            admit(&process, &bucket, rate).await;
        }
        assert_eq!(far.asked(), expected, "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn small_buckets_and_several_at_once_are_asked_for_as_they_come() {
    let far = Arc::new(Far::default());
    let (alone, bucket) = (process(&far, 1).await, a_bucket());
    for _ in 0..5 {
        admit(&alone, &bucket, rate(100, SECOND, 999)).await;
        let several = alone.admit(&bucket, rate(100, SECOND, 5_000), 2).await;
        several.expect("is there");
    }
    assert_eq!(far.asked(), 10);
}

/// Asked by turns until nothing comes any more, and by one of them alone while the other holds a batch.
#[tokio::test(start_paused = true)]
async fn all_together_admit_what_one_would_to_a_hundredth() {
    let (far, burst) = (Arc::new(Far::default()), 4_000);
    let rate = rate(1, SECOND * 36_000, burst);
    let (one, two) = (process(&far, 2).await, process(&far, 2).await);
    let (bucket, mut admitted) = (a_bucket(), 0);
    let mut refused = 0;
    while refused < 2 {
        refused = 0;
        for process in [&one, &two] {
            match admit(process, &bucket, rate).await.is_allowed() {
                true => admitted += 1,
                false => refused += 1,
            }
        }
    }
    assert_eq!(admitted, burst);
    let (bucket, mut admitted) = (a_bucket(), 1);
    assert!(admit(&two, &bucket, rate).await.is_allowed());
    while admit(&one, &bucket, rate).await.is_allowed() {
        admitted += 1;
    }
    assert!(
        (burst - burst / 100..=burst).contains(&admitted),
        "{admitted}"
    );
}

/// The flood costs one question each, and none of them waits for the others.
#[tokio::test(start_paused = true)]
async fn an_empty_bucket_is_asked_once_for_each() {
    let far = Arc::new(Far::default());
    let (alone, bucket) = (process(&far, 1).await, a_bucket());
    let rate = rate(1, SECOND * 36_000, 1_000);
    alone
        .far
        .charge(&bucket, rate, 1_000)
        .await
        .expect("is there");
    assert!(!admit(&alone, &bucket, rate).await.is_allowed());
    far.asked();
    let began = tokio::time::Instant::now();
    let flood = (0..100).map(|_| admit(&alone, &bucket, rate));
    let answers = futures::future::join_all(flood).await;
    assert!(answers.iter().all(|verdict| !verdict.is_allowed()));
    assert_eq!((far.asked(), began.elapsed()), (100, MILLISECOND));
}

#[tokio::test(start_paused = true)]
async fn those_who_come_together_wait_for_one_batch() {
    let far = Arc::new(Far::default());
    let (alone, bucket) = (process(&far, 1).await, a_bucket());
    let rate = rate(1, SECOND * 36_000, 20_000);
    let crowd = (0..200).map(|_| admit(&alone, &bucket, rate));
    let answers = futures::future::join_all(crowd).await;
    assert!(answers.iter().all(Verdict::is_allowed));
    assert_eq!(far.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_counts_for_nothing_once_the_bucket_is_full_again() {
    let far = Arc::new(Far::default());
    let (alone, bucket) = (process(&far, 1).await, a_bucket());
    let rate = rate(10, SECOND, 2_000);
    admit(&alone, &bucket, rate).await;
    far.asked();
    advance(SECOND * 2).await;
    let verdict = admit(&alone, &bucket, rate).await;
    assert_eq!((verdict.remaining, far.asked()), (1_999, 1));
}

/// And whoever comes next asks again.
#[tokio::test(start_paused = true)]
async fn a_fault_is_told_to_those_who_asked() {
    let far = Arc::new(Far::default());
    let (alone, bucket) = (process(&far, 1).await, a_bucket());
    let rate = rate(1, SECOND, 20_000);
    far.lost.store(true, Ordering::SeqCst);
    let crowd = (0..50).map(|_| alone.admit(&bucket, rate, 1));
    let answers = futures::future::join_all(crowd).await;
    assert!(answers.iter().all(Result::is_err));
    far.lost.store(false, Ordering::SeqCst);
    assert_eq!(admit(&alone, &bucket, rate).await.remaining, 19_999);
}
