//! Who is asked when, at which rate, and what all processes admit together.

use super::{FallbackRateLimiter, KnownReplicas};
use adapter_memory::MemoryRateLimiter;
use async_trait::async_trait;
use core::num::NonZeroU32;
use core::time::Duration;
use domain::limits::{Asked, Bucket, Rate, Verdict};
use ports::Fault;
use ports::limits::{MockRateLimiter, RateLimiter};
use ports::replicas::MockReplicas;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::contracts::rate_limiter::{a_bucket, rate};
use tokio::time::advance;

const SECOND: Duration = Duration::from_secs(1);

fn down() -> Fault {
    Fault::unavailable("redis", "connection refused")
}

/// So many processes, as they were last counted.
async fn replicas(count: u32) -> Arc<KnownReplicas> {
    let mut inner = MockReplicas::new();
    let count = NonZeroU32::new(count).expect("is not zero");
    inner.expect_beat().returning(move || Ok(count));
    let known = KnownReplicas::new(Arc::new(inner));
    known.beat().await.expect("answers");
    Arc::new(known)
}

fn a_verdict() -> Verdict {
    rate(1, SECOND, 9).settle(Asked::Look, 1, 0).0
}

/// A limiter in memory that can be lost.
#[derive(Default)]
struct Losable {
    lost: AtomicBool,
    inner: MemoryRateLimiter,
}

impl Losable {
    fn there(&self) -> Result<&MemoryRateLimiter, Fault> {
        let lost = self.lost.load(Ordering::SeqCst);
        (!lost).then_some(&self.inner).ok_or_else(down)
    }
}

#[async_trait]
impl RateLimiter for Losable {
    async fn admit(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.there()?.admit(bucket, rate, cost).await
    }

    async fn look(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.there()?.look(bucket, rate, cost).await
    }

    async fn charge(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.there()?.charge(bucket, rate, cost).await
    }

    async fn refund(&self, bucket: &Bucket, rate: Rate, cost: u32) -> Result<Verdict, Fault> {
        self.there()?.refund(bucket, rate, cost).await
    }
}

/// A process, and what it shares with others.
async fn process(far: &Arc<Losable>, count: u32) -> FallbackRateLimiter {
    let near = Arc::new(MemoryRateLimiter::default());
    FallbackRateLimiter::new(far.clone(), near, replicas(count).await)
}

/// How many these processes admit together in ten seconds, asked every 10 ms for as much as there is.
async fn in_ten_seconds(processes: &[FallbackRateLimiter], rate: Rate) -> u32 {
    let (bucket, mut admitted) = (a_bucket(), 0);
    for _ in 0..1_000 {
        for process in processes {
            while process
                .admit(&bucket, rate, 1)
                .await
                .expect("counts alone")
                .is_allowed()
            {
                admitted += 1;
            }
        }
        advance(Duration::from_millis(10)).await;
    }
    admitted
}

#[tokio::test]
async fn as_long_as_the_far_one_answers_the_near_one_is_not_asked() {
    let (mut far, near) = (MockRateLimiter::new(), MockRateLimiter::new());
    far.expect_admit()
        .once()
        .returning(|_, _, _| Ok(a_verdict()));
    far.expect_look()
        .once()
        .returning(|_, _, _| Ok(a_verdict()));
    far.expect_charge()
        .once()
        .returning(|_, _, _| Ok(a_verdict()));
    far.expect_refund()
        .once()
        .returning(|_, _, _| Ok(a_verdict()));
    let limits = FallbackRateLimiter::new(Arc::new(far), Arc::new(near), replicas(3).await);
    let (bucket, rate) = (a_bucket(), rate(30, SECOND, 60));
    for answer in [
        limits.admit(&bucket, rate, 1).await,
        limits.look(&bucket, rate, 1).await,
        limits.charge(&bucket, rate, 1).await,
        limits.refund(&bucket, rate, 1).await,
    ] {
        assert_eq!(answer.expect("is there"), a_verdict());
    }
}

/// Also one that will never go away by itself: a limit that cannot be asked stops nobody.
#[tokio::test]
async fn after_any_fault_the_near_one_is_asked_for_the_share() {
    let faults: [fn() -> Fault; 3] = [
        down,
        || Fault::uncertain("redis", "no answer"),
        || Fault::broken("redis", "a command", "NOPERM"),
    ];
    for fault in faults {
        let (mut far, mut near) = (MockRateLimiter::new(), MockRateLimiter::new());
        far.expect_admit()
            .once()
            .returning(move |_, _, _| Err(fault()));
        far.expect_look()
            .once()
            .returning(move |_, _, _| Err(fault()));
        far.expect_charge()
            .once()
            .returning(move |_, _, _| Err(fault()));
        far.expect_refund()
            .once()
            .returning(move |_, _, _| Err(fault()));
        let bucket = a_bucket();
        let fits = move |asked: &Bucket, share: &Rate, cost: &u32| {
            (*asked, *share, *cost) == (bucket, rate(30, SECOND * 3, 20), 2)
        };
        near.expect_admit()
            .once()
            .withf(fits)
            .returning(|_, _, _| Ok(a_verdict()));
        near.expect_look()
            .once()
            .withf(fits)
            .returning(|_, _, _| Ok(a_verdict()));
        near.expect_charge()
            .once()
            .withf(fits)
            .returning(|_, _, _| Ok(a_verdict()));
        near.expect_refund()
            .once()
            .withf(fits)
            .returning(|_, _, _| Ok(a_verdict()));
        let limits = FallbackRateLimiter::new(Arc::new(far), Arc::new(near), replicas(3).await);
        let rate = rate(30, SECOND, 60);
        limits.admit(&bucket, rate, 2).await.expect("counts alone");
        limits.look(&bucket, rate, 2).await.expect("counts alone");
        limits.charge(&bucket, rate, 2).await.expect("counts alone");
        limits.refund(&bucket, rate, 2).await.expect("counts alone");
    }
}

#[tokio::test(start_paused = true)]
async fn what_processes_admit_alone_is_together_what_they_admitted_before() {
    let far = Arc::new(Losable::default());
    let processes = [
        process(&far, 3).await,
        process(&far, 3).await,
        process(&far, 3).await,
    ];
    let rate = rate(100, SECOND, 60);
    let together = in_ten_seconds(&processes, rate).await;
    assert_eq!(together, 60 + 999);
    far.lost.store(true, Ordering::SeqCst);
    // A third of a request falls in with each turn, and what falls in last is not asked for.
    let alone = in_ten_seconds(&processes, rate).await;
    assert_eq!(alone, 3 * (20 + 333));
    let one = in_ten_seconds(&processes[..1], rate).await;
    assert_eq!(one, 20 + 333);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_know_of_others_takes_all_of_it() {
    let far = Arc::new(Losable::default());
    far.lost.store(true, Ordering::SeqCst);
    let alone = process(&far, 1).await;
    assert_eq!(
        in_ten_seconds(&[alone], rate(100, SECOND, 60)).await,
        60 + 999
    );
}

#[tokio::test(start_paused = true)]
async fn it_goes_back_to_the_far_one_by_itself() {
    let far = Arc::new(Losable::default());
    let (limits, bucket, rate) = (process(&far, 4).await, a_bucket(), rate(1, SECOND, 40));
    let limit = async || {
        let verdict = limits.admit(&bucket, rate, 1).await.expect("answers");
        (verdict.limit, verdict.remaining)
    };
    assert_eq!(limit().await, (40, 39));
    for taken in 0..3 {
        far.lost.store(true, Ordering::SeqCst);
        assert_eq!(limit().await, (10, 9 - taken));
        far.lost.store(false, Ordering::SeqCst);
        assert_eq!(limit().await, (40, 38 - taken));
    }
}

#[tokio::test(start_paused = true)]
async fn what_costs_more_than_the_burst_of_the_share_is_not_shut_out() {
    let far = Arc::new(Losable::default());
    far.lost.store(true, Ordering::SeqCst);
    let (limits, bucket, rate) = (process(&far, 4).await, a_bucket(), rate(1, SECOND, 40));
    let admit = async |cost| {
        limits
            .admit(&bucket, rate, cost)
            .await
            .expect("counts alone")
    };
    let first = admit(40).await;
    assert_eq!((first.is_allowed(), first.remaining), (true, 0));
    assert!(admit(11).await.retry_after().is_some());
    assert_eq!(admit(41).await.retry_after(), None);
}
