//! What everybody promises who counts requests: exactly so many, whoever asks and however many at once.
//!
//! Adapters have clocks of their own, so the cases run in real time. Most of them use a bucket into which a request
//! falls once an hour: nothing falls in while a test runs, and what is counted is exact. Where time matters,
//! tolerances are a hundredth.

mod costs;
mod flood;
mod kept;
mod waits;

use core::num::NonZeroU32;
use core::time::Duration;
use domain::Digest;
use domain::limits::{Admission, Bucket, Rate, Scope, Verdict};
use ports::limits::RateLimiter;
use tokio::runtime::Handle;
use uuid::Uuid;

pub use costs::{
    a_charge_is_made_also_where_there_is_less, a_look_charges_nothing,
    a_refund_gives_back_what_was_charged_and_no_more, failures_alone_can_be_counted,
    more_than_a_burst_is_never_admitted, nothing_costs_nothing, several_at_once_are_all_or_none,
};
pub use flood::{Flood, over_time_the_rate_is_admitted_and_no_more};
pub use kept::Kept;
pub use waits::{
    a_bucket_fills_up_and_no_further, a_refusal_does_not_make_the_wait_longer,
    whoever_waits_as_told_is_admitted_and_nobody_earlier,
};

const HOUR: Duration = Duration::from_secs(3_600);

/// A bucket that no other call gets.
#[must_use]
pub fn a_bucket() -> Bucket {
    Bucket::of(Scope::new("test"), crate::builders::an_id())
}

/// `requests` in a period, and `burst` at once.
#[must_use]
pub fn rate(requests: u32, period: Duration, burst: u32) -> Rate {
    Rate::parse(requests, period, burst).expect("is a rate")
}

/// One in an hour: what is taken is not there again while a test runs.
fn slow(burst: u32) -> Rate {
    rate(1, HOUR, burst)
}

async fn admit(limiter: &dyn RateLimiter, bucket: &Bucket, rate: Rate, cost: u32) -> Verdict {
    let verdict = limiter.admit(bucket, rate, cost).await;
    verdict.expect("can be reached")
}

async fn look(limiter: &dyn RateLimiter, bucket: &Bucket, rate: Rate, cost: u32) -> Verdict {
    let verdict = limiter.look(bucket, rate, cost).await;
    verdict.expect("can be reached")
}

async fn charge(limiter: &dyn RateLimiter, bucket: &Bucket, rate: Rate, cost: u32) -> Verdict {
    let verdict = limiter.charge(bucket, rate, cost).await;
    verdict.expect("can be reached")
}

/// How many of so many are admitted, one after the other.
async fn admitted(limiter: &dyn RateLimiter, bucket: &Bucket, rate: Rate, asked: u32) -> u32 {
    let mut admitted = 0;
    for _ in 0..asked {
        admitted += u32::from(admit(limiter, bucket, rate, 1).await.is_allowed());
    }
    admitted
}

/// Whether a wait of an hourly bucket is so many hours, less the little that has passed.
fn is_hours(wait: Duration, hours: u32) -> bool {
    let (most, little) = (HOUR * hours, HOUR / 100);
    wait <= most && wait + little > most
}

/// And each is told how many remain.
pub async fn a_burst_is_admitted_and_nobody_after_it(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(20));
    for left in (0..20).rev() {
        let verdict = admit(limiter, &bucket, rate, 1).await;
        assert_eq!(verdict.admission, Admission::Allowed);
        assert_eq!((verdict.limit, verdict.remaining), (20, left));
        assert!(is_hours(verdict.reset_after, 20 - left), "{verdict:?}");
    }
    for _ in 0..20 {
        let verdict = admit(limiter, &bucket, rate, 1).await;
        let wait = verdict.retry_after().expect("is refused");
        assert!(is_hours(wait, 1), "{verdict:?}");
        assert!(is_hours(verdict.reset_after, 20), "{verdict:?}");
        assert_eq!((verdict.limit, verdict.remaining), (20, 0));
    }
}

/// Neither by name, nor by kind, nor by rate.
pub async fn buckets_do_not_meet(limiter: &dyn RateLimiter) {
    let (id, digest) = (Uuid::from_u128(7), Digest::new([7; 32]));
    let (user, key) = (Scope::new("user"), Scope::new("key"));
    let (rate, other) = (slow(2), slow(3));
    let buckets = [
        Bucket::of(user, id),
        Bucket::of(key, id),
        Bucket::of(user, Uuid::from_u128(8)),
        Bucket::hashed(user, digest),
        Bucket::hashed(key, digest),
    ];
    for bucket in &buckets {
        assert_eq!(admitted(limiter, bucket, rate, 5).await, 2, "{bucket}");
    }
    for bucket in &buckets {
        assert_eq!(admitted(limiter, bucket, other, 5).await, 3, "{bucket}");
        assert_eq!(admitted(limiter, bucket, rate, 1).await, 0, "{bucket}");
    }
    let part = rate.share(NonZeroU32::MIN.saturating_add(1));
    assert_eq!(admitted(limiter, &buckets[0], part, 5).await, 1);
}

/// Each on a thread of their own, with many tasks on each. The last token of a bucket is where it would show, so there
/// are many buckets.
pub async fn of_many_at_once_the_burst_is_admitted(limiter: &dyn RateLimiter) {
    let (rate, runtime) = (slow(40), Handle::current());
    for _ in 0..20 {
        let bucket = a_bucket();
        let crowd = || async {
            let asked = (0..10).map(|_| admit(limiter, &bucket, rate, 1));
            futures::future::join_all(asked).await
        };
        let verdicts = tokio::task::block_in_place(|| {
            std::thread::scope(|scope| {
                let asking = [(); 8].map(|()| scope.spawn(|| runtime.block_on(crowd())));
                asking.map(|asking| asking.join().expect("nobody panics"))
            })
        });
        let allowed = verdicts.iter().flatten().filter(|one| one.is_allowed());
        let mut remaining: Vec<u32> = allowed.map(|verdict| verdict.remaining).collect();
        remaining.sort_unstable();
        assert_eq!(remaining, (0..40).collect::<Vec<_>>());
    }
}

/// Runs the contract over `$fixture`, a future that gives a limiter that nobody else uses.
#[macro_export]
macro_rules! rate_limiter_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::rate_limiter,
            $fixture,
            [
                a_burst_is_admitted_and_nobody_after_it,
                buckets_do_not_meet,
                of_many_at_once_the_burst_is_admitted,
                several_at_once_are_all_or_none,
                more_than_a_burst_is_never_admitted,
                nothing_costs_nothing,
                a_look_charges_nothing,
                a_charge_is_made_also_where_there_is_less,
                failures_alone_can_be_counted,
                a_refund_gives_back_what_was_charged_and_no_more,
                whoever_waits_as_told_is_admitted_and_nobody_earlier,
                a_refusal_does_not_make_the_wait_longer,
                a_bucket_fills_up_and_no_further,
                over_time_the_rate_is_admitted_and_no_more,
            ]
        );
    };
}
