//! Whatever happens to the server or the way to it: a call fails in time, and the next ones work again.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_redis::{Connections, Limits, Redis, RedisUserCache};
use ports::accounts::{Cached, FillLease, UserCache as _};
use std::time::Duration;
use support::{Mortal, PATIENT, ada, filled, is_unavailable, redis, version, within_5_s};
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;
use tokio::time::Instant;

#[tokio::test]
async fn a_redis_that_is_not_there_yet_does_not_stop_the_start() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    proxy.set(Trouble::Refuse).await;
    let redis = redis(proxy.url());
    let started = Instant::now();
    is_unavailable(redis.ping().await);
    is_unavailable(RedisUserCache::new(redis.clone()).get(ada()).await);
    // The limit is 10 s: who is refused is told at once.
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    proxy.set(Trouble::None).await;
    redis.ping().await.expect("is there now");
}

#[tokio::test]
async fn a_redis_that_was_killed_is_used_again_when_it_is_back() {
    let mut server = Mortal::start().await;
    let redis = redis(server.url());
    let cache = RedisUserCache::new(redis.clone());
    let busy = (0..10).map(|_| redis.ping());
    futures::future::try_join_all(busy).await.expect("is there");
    for _ in 0..2 {
        filled(&cache, 1).await;
        server.kill().await;
        let started = Instant::now();
        is_unavailable(cache.get(ada()).await);
        is_unavailable(cache.kill(ada()).await);
        is_unavailable(cache.refresh(version(2)).await);
        is_unavailable(cache.fill(ada(), FillLease(1), None).await);
        assert!(
            started.elapsed() < Duration::from_secs(2),
            "{:?}",
            started.elapsed()
        );
        server.rise().await;
        within_5_s(async || redis.ping().await.ok()).await;
        assert!(matches!(cache.get(ada()).await, Ok(Cached::Miss(Some(_)))));
        cache.kill(ada()).await.expect("can be reached");
    }
}

/// When the server comes back before anybody noticed, the pool is full of connections to the old one.
#[tokio::test]
async fn one_caller_finds_out_that_the_connections_are_dead_and_not_ten() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let redis = redis(proxy.url());
    let all_at_once = || futures::future::join_all((0..10).map(|_| redis.ping()));
    assert!(all_at_once().await.iter().all(Result::is_ok));
    assert!(redis.connections().idle > 1, "{redis:?}");
    proxy.set(Trouble::Reset).await;
    proxy.set(Trouble::None).await;
    let mut failed = 0;
    while redis.ping().await.is_err() {
        failed += 1;
    }
    assert!(failed <= 1, "{failed}");
    for _ in 0..20 {
        redis.ping().await.expect("is there");
    }
}

#[tokio::test]
async fn a_redis_that_never_answers_costs_each_call_its_limit_and_no_more() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let limits = Limits {
        connect: Duration::from_secs(1),
        command: Duration::from_millis(200),
    };
    let redis = Redis::open_within(proxy.url(), limits).expect("is an address");
    let cache = RedisUserCache::new(redis.clone());
    within_5_s(async || redis.ping().await.ok()).await;
    proxy.set(Trouble::BlackHole).await;
    for _ in 0..12 {
        let started = Instant::now();
        is_unavailable(cache.get(ada()).await);
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(150), "{took:?}");
        assert!(took < Duration::from_millis(1_000), "{took:?}");
    }
    let started = Instant::now();
    let crowd = futures::future::join_all((0..50).map(|_| cache.get(ada()))).await;
    assert!(crowd.iter().all(Result::is_err));
    assert!(
        started.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        started.elapsed()
    );
    proxy.set(Trouble::None).await;
    within_5_s(async || redis.ping().await.ok()).await;
}

#[tokio::test]
async fn an_answer_that_is_cut_off_fails_one_call() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let redis = redis(proxy.url());
    let cache = RedisUserCache::new(redis.clone());
    filled(&cache, 1).await;
    proxy.set(Trouble::CutReply { after: 5 }).await;
    is_unavailable(cache.get(ada()).await);
    proxy.set(Trouble::None).await;
    assert_eq!(
        cache.get(ada()).await.expect("is there"),
        Cached::Hit(version(1))
    );
}

/// A connection on which nothing comes back may never be closed by anybody.
#[tokio::test]
async fn a_connection_that_did_not_answer_is_not_used_again() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let limits = Limits {
        command: Duration::from_millis(200),
        ..PATIENT
    };
    let redis = Redis::open_within(proxy.url(), limits).expect("is an address");
    within_5_s(async || redis.ping().await.ok()).await;
    assert_eq!(redis.connections().idle, 1);
    proxy.set(Trouble::BlackHole).await;
    is_unavailable(redis.ping().await);
    assert_eq!(redis.connections(), Connections { in_use: 0, idle: 0 });
}
