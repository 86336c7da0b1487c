//! Who may work with a database beside whom, and what becomes of it when the connection is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_postgres::{Database, Manner, Presence};
use std::time::{Duration, Instant};
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;

struct Fresh {
    one: Database,
    other: Database,
    /// Before the first of them.
    proxy: Proxy,
    _guard: servers::Database,
}

async fn fresh() -> Fresh {
    let guard = servers::postgres().await.empty_database().await;
    let proxy = Proxy::before(guard.url()).await;
    Fresh {
        one: Database::open(proxy.url()).expect("is an address"),
        other: Database::open(guard.url()).expect("is an address"),
        proxy,
        _guard: guard,
    }
}

async fn enters(database: &Database, manner: Manner) -> Option<Presence> {
    database.enter(manner).await.expect("can be asked")
}

/// A server notices a moment later that somebody has gone.
async fn enters_soon(database: &Database, manner: Manner) -> Presence {
    let began = Instant::now();
    loop {
        if let Some(presence) = enters(database, manner).await {
            return presence;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "was given back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_alone_is_alone_until_they_go() {
    let fresh = fresh().await;
    let alone = enters(&fresh.one, Manner::Alone).await;
    assert!(alone.is_some());
    for manner in [Manner::Alone, Manner::SideBySide] {
        assert!(enters(&fresh.other, manner).await.is_none(), "{manner:?}");
    }
    drop(alone);
    enters_soon(&fresh.other, Manner::Alone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn side_by_side_are_any_number_and_nobody_alone() {
    let fresh = fresh().await;
    let many = [
        enters(&fresh.one, Manner::SideBySide).await,
        enters(&fresh.other, Manner::SideBySide).await,
    ];
    assert!(many.iter().all(Option::is_some));
    assert!(enters(&fresh.other, Manner::Alone).await.is_none());
    drop(many);
    enters_soon(&fresh.other, Manner::Alone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_was_lost_with_its_connection_is_taken_again() {
    let mut fresh = fresh().await;
    let alone = enters(&fresh.one, Manner::Alone).await.expect("is free");
    assert!(alone.renew().await.expect("can be asked"));
    fresh.proxy.set(Trouble::Refuse).await;
    alone.renew().await.expect_err("nobody answers");
    fresh.proxy.set(Trouble::None).await;
    let began = Instant::now();
    while !alone.renew().await.expect("can be asked") {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "its own lock goes"
        );
    }
    assert!(enters(&fresh.other, Manner::Alone).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_it_to_somebody_else_is_told() {
    let mut fresh = fresh().await;
    let alone = enters(&fresh.one, Manner::Alone).await.expect("is free");
    fresh.proxy.set(Trouble::Refuse).await;
    let other = enters_soon(&fresh.other, Manner::Alone).await;
    fresh.proxy.set(Trouble::None).await;
    assert!(!alone.renew().await.expect("can be asked"));
    drop(other);
    let began = Instant::now();
    while !alone.renew().await.expect("can be asked") {
        assert!(began.elapsed() < Duration::from_secs(5), "it is free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
