//! Exact times, bounds and who is forgotten: what the contract of the port cannot wait for.

use super::{CAPACITY, MemoryRateLimiter, PoisonError, SHARDS};
use core::time::Duration;
use domain::limits::{Bucket, Rate, Scope, Verdict};
use ports::limits::RateLimiter as _;
use testkit::contracts::rate_limiter::rate;
use tokio::time::advance;
use uuid::Uuid;

const MILLI: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn bucket(number: u128) -> Bucket {
    Bucket::of(Scope::new("test"), Uuid::from_u128(number))
}

fn kept(limiter: &MemoryRateLimiter) -> usize {
    let shards = limiter.shards.iter();
    let locked = shards.map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner));
    locked.map(|shard| shard.len()).sum()
}

async fn admit(limiter: &MemoryRateLimiter, number: u128, rate: Rate) -> Verdict {
    let verdict = limiter.admit(&bucket(number), rate, 1).await;
    verdict.expect("is in memory")
}

async fn remaining(limiter: &MemoryRateLimiter, number: u128, rate: Rate) -> u32 {
    let verdict = limiter.look(&bucket(number), rate, 0).await;
    verdict.expect("is in memory").remaining
}

#[tokio::test(start_paused = true)]
async fn in_an_hour_exactly_the_burst_and_the_rate_are_admitted() {
    let (limiter, rate) = (MemoryRateLimiter::default(), rate(3, SECOND, 200));
    let mut admitted = 0;
    for _ in 0..36_000 {
        while admit(&limiter, 1, rate).await.is_allowed() {
            admitted += 1;
        }
        advance(MILLI * 100).await;
    }
    // What falls in at the very end is not asked for any more.
    assert_eq!(admitted, 200 + 3 * 3_600 - 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_right_to_the_microsecond() {
    let (limiter, rate) = (MemoryRateLimiter::default(), rate(7, SECOND, 1));
    assert!(admit(&limiter, 1, rate).await.is_allowed());
    let wait = admit(&limiter, 1, rate).await.retry_after();
    assert_eq!(wait, Some(Duration::from_micros(142_858)));
    // tokio's paused clock moves by whole milliseconds when it is slept on, and as told when advanced.
    advance(Duration::from_micros(142_857)).await;
    assert!(!admit(&limiter, 1, rate).await.is_allowed());
    advance(Duration::from_micros(1)).await;
    assert!(admit(&limiter, 1, rate).await.is_allowed());
}

#[tokio::test(start_paused = true)]
async fn no_more_buckets_are_kept_than_there_is_room_for() {
    let (limiter, rate) = (MemoryRateLimiter::new(640), rate(1, SECOND * 60, 5));
    for number in 0..100_000 {
        assert!(admit(&limiter, number, rate).await.is_allowed());
    }
    let kept = kept(&limiter);
    assert!((600..=640).contains(&kept), "{kept}");
}

#[tokio::test(start_paused = true)]
async fn room_is_rounded_up_and_never_none() {
    let rate = rate(1, SECOND * 60, 5);
    for capacity in [0, 1, SHARDS] {
        let limiter = MemoryRateLimiter::new(capacity);
        for number in 0..10_000 {
            admit(&limiter, number, rate).await;
        }
        assert_eq!(kept(&limiter), SHARDS);
    }
}

#[tokio::test(start_paused = true)]
async fn buckets_that_have_filled_go_first() {
    // 200 in a shard: about 16 that last, 125 that do not, and then 63 more that last.
    let limiter = MemoryRateLimiter::new(12_800);
    let (brief, long) = (rate(1, SECOND, 5), rate(1, SECOND * 60, 5));
    for number in 0..1_000 {
        admit(&limiter, number, long).await;
    }
    for number in 10_000..18_000 {
        admit(&limiter, number, brief).await;
    }
    assert_eq!(kept(&limiter), 9_000);
    advance(SECOND + MILLI).await;
    for number in 1_000..5_000 {
        admit(&limiter, number, long).await;
    }
    assert!(kept(&limiter) < 6_000, "{}", kept(&limiter));
    for number in 0..5_000 {
        assert_eq!(remaining(&limiter, number, long).await, 4, "{number}");
    }
}

/// Whoever has used up theirs stays refused, and nobody is who has not.
#[tokio::test(start_paused = true)]
async fn a_flood_of_buckets_refuses_nobody_and_forgives_those_who_owe_least() {
    let (limiter, rate) = (MemoryRateLimiter::new(640), rate(1, SECOND * 60, 5));
    for guilty in 0..64 {
        while admit(&limiter, guilty, rate).await.is_allowed() {}
    }
    for innocent in 1_000..50_000 {
        assert!(admit(&limiter, innocent, rate).await.is_allowed());
        advance(MILLI / 100).await;
    }
    let mut refused = 0;
    for guilty in 0..64 {
        refused += u32::from(!admit(&limiter, guilty, rate).await.is_allowed());
    }
    assert_eq!(refused, 64);
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_and_who_gets_back_what_was_not_taken_takes_no_room() {
    let (limiter, rate) = (MemoryRateLimiter::default(), rate(1, SECOND, 5));
    for number in 0..1_000 {
        assert_eq!(remaining(&limiter, number, rate).await, 5);
        let refund = limiter.refund(&bucket(number), rate, 3).await;
        refund.expect("is in memory");
        let refused = limiter.admit(&bucket(number), rate, 6).await;
        assert!(!refused.expect("is in memory").is_allowed());
    }
    assert_eq!(kept(&limiter), 0);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_is_charged_again_and_again_is_kept_once() {
    let (limiter, rate) = (MemoryRateLimiter::new(64), rate(100, SECOND, 50));
    for turn in 0..10_000 {
        admit(&limiter, turn % 7, rate).await;
        advance(MILLI).await;
    }
    assert!(kept(&limiter) <= 7);
}

#[test]
fn a_full_table_takes_eleven_megabytes() {
    // Both grow by doubling, and the map keeps an eighth of its places free.
    let entry = size_of::<super::Kept>() + size_of::<domain::limits::Arrival>() + 1;
    let turn = size_of::<super::shard::Turn>();
    let room = CAPACITY.div_ceil(SHARDS);
    let places = (room * 8 / 7).next_power_of_two();
    let most = SHARDS * (places * entry + room.next_power_of_two() * turn);
    assert_eq!(most / 1_000_000, 11, "{entry} {turn} {places}");
}
