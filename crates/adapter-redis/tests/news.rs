//! News are heard again after whatever happens to the line, and its death is noticed.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_redis::{Limits, Redis, RedisUserCache, RedisUserNews};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use ports::accounts::{News, UserCache as _, UserNews as _};
use std::time::Duration;
use support::{Mortal, ada, redis};
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;
use tokio::time::{Instant, timeout};

/// The next news, and how long they took.
async fn heard(news: &mut BoxStream<'static, News>) -> (News, Duration) {
    let started = Instant::now();
    let next = timeout(Duration::from_secs(10), news.next()).await;
    let next = next.expect("something is told").expect("never ends");
    (next, started.elapsed())
}

#[tokio::test]
async fn a_line_that_broke_is_mended() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let cache = RedisUserCache::new(redis(server.url()));
    let mut news = RedisUserNews::new(redis(proxy.url())).listen();
    assert_eq!(heard(&mut news).await.0, News::Connected);
    for trouble in [Trouble::Reset, Trouble::Refuse] {
        proxy.set(trouble).await;
        let (lost, took) = heard(&mut news).await;
        assert_eq!(lost, News::Lost);
        assert!(took < Duration::from_secs(1), "{took:?}");
        let missed = timeout(Duration::from_millis(300), news.next()).await;
        assert!(missed.is_err(), "{missed:?}");
        cache.kill(ada()).await.expect("can be reached");
        proxy.set(Trouble::None).await;
        let (again, took) = heard(&mut news).await;
        assert_eq!(again, News::Connected);
        assert!(took < Duration::from_secs(5), "{took:?}");
        cache.kill(ada()).await.expect("can be reached");
        assert_eq!(heard(&mut news).await.0, News::Changed(ada()));
    }
}

#[tokio::test]
async fn a_line_that_died_without_a_word_is_noticed_within_a_second() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let mut news = RedisUserNews::new(Redis::open(proxy.url()).expect("is an address")).listen();
    assert_eq!(heard(&mut news).await.0, News::Connected);
    // Longer than several beats: a silent line that lives is not dead.
    let quiet = timeout(Duration::from_millis(1_800), news.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    proxy.set(Trouble::BlackHole).await;
    let (lost, took) = heard(&mut news).await;
    assert_eq!(lost, News::Lost);
    // The machine may be busy; the limits add up to a second.
    assert!(took < Duration::from_millis(1_500), "{took:?}");
    proxy.set(Trouble::None).await;
    let (again, took) = heard(&mut news).await;
    assert_eq!(again, News::Connected);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn a_redis_that_was_killed_is_heard_again() {
    let mut server = Mortal::start().await;
    let mut news = RedisUserNews::new(redis(server.url())).listen();
    assert_eq!(heard(&mut news).await.0, News::Connected);
    server.kill().await;
    assert_eq!(heard(&mut news).await.0, News::Lost);
    server.rise().await;
    let (again, took) = heard(&mut news).await;
    assert_eq!(again, News::Connected);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn a_redis_that_comes_late_is_heard() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    proxy.set(Trouble::BlackHole).await;
    let limits = Limits {
        connect: Duration::from_millis(200),
        command: Duration::from_millis(200),
    };
    let redis = Redis::open_within(proxy.url(), limits).expect("is an address");
    let mut news = RedisUserNews::new(redis).listen();
    let nothing = timeout(Duration::from_millis(700), news.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
    proxy.set(Trouble::None).await;
    let (connected, took) = heard(&mut news).await;
    assert_eq!(connected, News::Connected);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn whoever_stops_listening_leaves_no_connection() {
    let server = servers::redis().await;
    let proxy = Proxy::before(server.url()).await;
    let mut news = RedisUserNews::new(redis(proxy.url())).listen();
    assert_eq!(heard(&mut news).await.0, News::Connected);
    assert_eq!(proxy.open(), 1);
    drop(news);
    support::within_5_s(async || (proxy.open() == 0).then_some(())).await;
}
