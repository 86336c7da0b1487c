//! What only a shared limiter can do wrong: count twice, leave something behind, stumble over what others wrote.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_redis::RedisRateLimiter;
use domain::limits::{Bucket, Rate};
use ports::limits::RateLimiter as _;
use std::time::Duration;
use support::{Mortal, ask, is_unavailable, redis};
use testkit::contracts::rate_limiter::{Flood, a_bucket, rate};
use testkit::servers;

const SECOND: Duration = Duration::from_secs(1);

fn limiter(url: &str) -> RedisRateLimiter {
    RedisRateLimiter::new(redis(url))
}

/// The key of a bucket at one request a second, and five at once.
fn key(bucket: &Bucket) -> String {
    format!("muster:limits:1:{bucket}:1/1000000/5")
}

fn brief() -> Rate {
    rate(1, SECOND, 5)
}

/// Within a hundredth of what falls in, over a measured second and a half. Each process has connections of its own.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_one_limit() {
    let server = servers::redis().await;
    let (one, other) = (limiter(server.url()), limiter(server.url()));
    let (bucket, rate) = (a_bucket(), rate(700, SECOND, 700));
    let lasting = SECOND * 3 / 2;
    let (one, other) = tokio::join!(
        Flood::of(&one, &bucket, rate, lasting),
        Flood::of(&other, &bucket, rate, lasting),
    );
    println!("{one:?} {other:?}");
    assert!(one.admitted > 0 && other.admitted > 0, "{one:?} {other:?}");
    one.and(other).assert_exact(rate);
}

#[tokio::test]
async fn what_is_kept_ends_a_second_after_the_bucket_has_filled() {
    let server = servers::redis().await;
    let (limiter, bucket) = (limiter(server.url()), a_bucket());
    let left = async || ask::<i64>(server.url(), &["PTTL", &key(&bucket)]).await;
    for charged in 1..=5_i64 {
        let admitted = limiter.admit(&bucket, brief(), 1).await;
        assert!(admitted.expect("can be reached").is_allowed());
        let (least, most) = (charged * 1_000, charged * 1_000 + 1_001);
        assert!((least..=most).contains(&left().await), "{charged}");
    }
    limiter
        .refund(&bucket, brief(), 5)
        .await
        .expect("can be reached");
    assert!((1..=1_001).contains(&left().await));
    tokio::time::sleep(SECOND * 11 / 10).await;
    assert_eq!(ask::<i64>(server.url(), &["DBSIZE"]).await, 0);
    // Who was refused or only looked has left nothing at all.
    let refused = limiter.admit(&bucket, brief(), 6).await;
    assert!(!refused.expect("can be reached").is_allowed());
    limiter
        .look(&bucket, brief(), 1)
        .await
        .expect("can be reached");
    assert_eq!(ask::<i64>(server.url(), &["DBSIZE"]).await, 0);
}

#[tokio::test]
async fn whatever_stands_under_the_key_is_as_good_as_nothing() {
    let server = servers::redis().await;
    let (limiter, bucket) = (limiter(server.url()), a_bucket());
    let remaining = async || {
        let seen = limiter.look(&bucket, brief(), 1).await;
        let seen = seen.expect("can be reached").remaining;
        let admitted = limiter.admit(&bucket, brief(), 1).await;
        (seen, admitted.expect("can be reached").remaining)
    };
    for foreign in [
        "", "x", ":", "1:", ":1", "-1:0", "1.5:0", "1:0:0", "nan:0", "0x7:0", "7:0 ",
    ] {
        let _: () = ask(server.url(), &["SET", &key(&bucket), foreign]).await;
        assert_eq!(remaining().await, (5, 4), "{foreign:?}");
    }
    let others: [&[&str]; 4] = [&["LPUSH"], &["SADD"], &["HSET", "field"], &["ZADD", "1"]];
    for other in others {
        let key = key(&bucket);
        let _: i64 = ask(server.url(), &["DEL", &key]).await;
        let words = [&[other[0], &key], &other[1..], &["something"]].concat();
        let _: i64 = ask(server.url(), &words).await;
        assert_eq!(remaining().await, (5, 4), "{other:?}");
    }
}

/// As after a clock that went back, or was never right.
#[tokio::test]
async fn an_arrival_far_away_refuses_for_as_long_as_a_burst_takes() {
    let server = servers::redis().await;
    let (limiter, rate) = (limiter(server.url()), rate(10, SECOND, 5));
    let nines = "9".repeat(400);
    for far in [
        "9000000000000000:0",
        "1:99999999999999999999",
        &format!("{nines}:{nines}"),
    ] {
        let bucket = a_bucket();
        let key = format!("muster:limits:1:{bucket}:10/1000000/5");
        let _: () = ask(server.url(), &["SET", &key, far]).await;
        let seen = limiter.look(&bucket, rate, 1).await;
        let seen = seen.expect("can be reached");
        if far.starts_with('1') {
            // Long ago, with a part of a microsecond that is no part: nothing is owed or a burst, and not for long.
            assert!(seen.reset_after <= SECOND / 2, "{seen:?}");
        } else {
            assert_eq!((seen.is_allowed(), seen.remaining), (false, 0), "{far}");
        }
        tokio::time::sleep(SECOND * 52 / 100).await;
        let full = limiter.admit(&bucket, rate, 5).await;
        assert!(full.expect("can be reached").is_allowed(), "{far}");
    }
}

#[tokio::test]
async fn a_redis_that_forgot_its_scripts_is_told_them_again() {
    let server = servers::redis().await;
    let (limiter, bucket) = (limiter(server.url()), a_bucket());
    for left in (0..5).rev() {
        let _: () = ask(server.url(), &["SCRIPT", "FLUSH"]).await;
        let admitted = limiter.admit(&bucket, brief(), 1).await;
        assert_eq!(admitted.expect("can be reached").remaining, left);
    }
}

#[tokio::test]
async fn a_redis_that_was_killed_counts_again_when_it_is_back() {
    let mut server = Mortal::start().await;
    let (limiter, bucket) = (limiter(server.url()), a_bucket());
    let admitted = limiter.admit(&bucket, brief(), 5).await;
    assert!(admitted.expect("can be reached").is_allowed());
    server.kill().await;
    is_unavailable(limiter.admit(&bucket, brief(), 1).await);
    is_unavailable(limiter.look(&bucket, brief(), 1).await);
    is_unavailable(limiter.charge(&bucket, brief(), 1).await);
    is_unavailable(limiter.refund(&bucket, brief(), 1).await);
    server.rise().await;
    let again = support::within_5_s(async || limiter.look(&bucket, brief(), 1).await.ok()).await;
    // What it knew is lost, and that is forgiven.
    assert_eq!(again.remaining, 5);
}
