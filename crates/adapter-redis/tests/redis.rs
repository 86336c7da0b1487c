//! What only a server can do wrong: refuse, forget, hold what somebody else wrote; and callers who walk away.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_redis::{Connections, Redis, RedisUserCache};
use ports::Fault;
use ports::accounts::{Cached, FillLease, UserCache as _};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use support::{ada, ask, filled, lease, redis, version, within_5_s};
use testkit::servers;
use tokio::time::Instant;

fn entry() -> String {
    format!("muster:users:1:{}", ada())
}

#[tokio::test]
async fn a_wrong_password_is_unavailable_and_told_at_once() {
    let server = servers::redis().await;
    let _: () = ask(
        server.url(),
        &["ACL", "SETUSER", "ada", "on", ">right", "~*", "&*", "+@all"],
    )
    .await;
    let address = server
        .url()
        .rsplit(['@', '/'])
        .find(|part| part.contains(':'));
    let address = address.expect("has a port");
    let started = Instant::now();
    let refused = redis(&format!("redis://ada:wrong@{address}")).ping().await;
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    let Err(Fault::Unavailable { source, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert!(!source.to_string().contains("wrong@"), "{source}");
    let right = redis(&format!("redis://ada:right@{address}"));
    right.ping().await.expect("is let in");
    let _: i64 = ask(server.url(), &["ACL", "DELUSER", "ada"]).await;
}

#[tokio::test]
async fn what_is_forgotten_in_the_middle_is_a_miss_and_nothing_else() {
    let server = servers::redis().await;
    let cache = RedisUserCache::new(redis(server.url()));
    filled(&cache, 1).await;
    let _: () = ask(server.url(), &["FLUSHDB"]).await;
    let lost = lease(&cache).await;
    let _: () = ask(server.url(), &["FLUSHDB"]).await;
    cache
        .fill(ada(), lost, Some(version(1)))
        .await
        .expect("can be reached");
    let living = lease(&cache).await;
    assert_ne!(lost, living);
    cache.refresh(version(3)).await.expect("can be reached");
    // The scripts are forgotten too.
    let _: () = ask(server.url(), &["SCRIPT", "FLUSH"]).await;
    filled(&cache, 3).await;
    assert_eq!(
        cache.get(ada()).await.expect("is there"),
        Cached::Hit(version(3))
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_a_miss_that_is_filled_again() {
    let server = servers::redis().await;
    let cache = RedisUserCache::new(redis(server.url()));
    for foreign in ["", "X", "P1:{}", "P2:{\"id\":7}", "Lx"] {
        let _: () = ask(server.url(), &["SET", &entry(), foreign]).await;
        filled(&cache, 1).await;
        assert_eq!(
            cache.get(ada()).await.expect("is there"),
            Cached::Hit(version(1))
        );
        let _: () = ask(server.url(), &["SET", &entry(), foreign]).await;
        cache.refresh(version(2)).await.expect("can be reached");
        cache.kill(ada()).await.expect("can be reached");
    }
    let _: i64 = ask(server.url(), &["LPUSH", &entry(), "a list"]).await;
    cache.refresh(version(2)).await.expect("can be reached");
    let _: i64 = ask(server.url(), &["LPUSH", &entry(), "a list"]).await;
    let lost = FillLease(1);
    cache.fill(ada(), lost, None).await.expect("can be reached");
    filled(&cache, 1).await;
    assert_eq!(
        cache.get(ada()).await.expect("is there"),
        Cached::Hit(version(1))
    );
}

#[tokio::test]
async fn entries_end() {
    let server = servers::redis().await;
    let cache = RedisUserCache::new(redis(server.url()));
    let left = async || ask::<i64>(server.url(), &["PTTL", &entry()]).await;
    let first = lease(&cache).await;
    assert!((1..=3_000).contains(&left().await));
    cache
        .fill(ada(), first, None)
        .await
        .expect("can be reached");
    assert!((3_000..=5_000).contains(&left().await));
    cache.kill(ada()).await.expect("can be reached");
    filled(&cache, 1).await;
    assert!((50_000..=66_000).contains(&left().await));
    cache.refresh(version(2)).await.expect("can be reached");
    assert!((50_000..=66_000).contains(&left().await));
}

/// Polls a call a number of times and drops it; says whether it had ended.
async fn dropped_after(polls: u32, call: impl Future<Output = Result<(), Fault>>) -> bool {
    let mut call = pin!(call);
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(outcome) = call.as_mut().poll(&mut context) {
            outcome.expect("can be reached");
            return true;
        }
        // Lets the pool and the connections go on.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_waiting_leaves_no_connection_behind() {
    let server = servers::redis().await;
    for warm in [false, true] {
        let redis = redis(server.url());
        let cache = RedisUserCache::new(redis.clone());
        if warm {
            redis.ping().await.expect("is there");
        }
        for polls in 1..12 {
            let calls = (0..20).map(|_| dropped_after(polls, cache.kill(ada())));
            futures::future::join_all(calls).await;
        }
        let free = within_5_s(async || {
            let connections = redis.connections();
            (connections.in_use == 0).then_some(connections)
        });
        let Connections { idle, .. } = free.await;
        assert!(idle <= 10, "{idle}");
        // Answers that nobody waited for are not taken for those of the next.
        filled(&cache, 1).await;
        assert_eq!(
            cache.get(ada()).await.expect("is there"),
            Cached::Hit(version(1))
        );
        cache.kill(ada()).await.expect("can be reached");
    }
}

#[tokio::test]
async fn nothing_prints_a_password() {
    let redis = Redis::open("redis://ada:secret@127.0.0.1:1").expect("is an address");
    let cache = RedisUserCache::new(redis.clone());
    let fault = cache.get(ada()).await;
    let printed = format!("{redis:?} {cache:?} {fault:?}");
    assert!(!printed.contains("secret"), "{printed}");
}
