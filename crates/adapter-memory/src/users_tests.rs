//! Times and bounds: what the contract of the port cannot wait for.

use super::MemoryUserCache;
use crate::lifetimes::Lifetimes;
use core::time::Duration;
use domain::ids::UserId;
use ports::accounts::{Cached, UserCache as _};
use std::sync::Arc;
use testkit::contracts::user_cache::person;
use uuid::Uuid;

fn id(number: u128) -> UserId {
    UserId::new(Uuid::from_u128(number))
}

fn brief() -> MemoryUserCache {
    let moment = Duration::from_millis(60);
    MemoryUserCache::new(
        100,
        Lifetimes {
            present: moment,
            absent: moment,
            lease: moment,
        },
    )
}

async fn a_while() {
    tokio::time::sleep(Duration::from_millis(120)).await;
}

async fn lease_of(cache: &MemoryUserCache, id: UserId) -> ports::accounts::FillLease {
    match cache.get(id).await.expect("is in memory") {
        Cached::Miss(Some(lease)) => lease,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn people_and_their_absence_are_forgotten_after_a_while() {
    let cache = brief();
    for (number, user) in [(1, Some(Arc::new(person(id(1), 1)))), (2, None)] {
        let lease = lease_of(&cache, id(number)).await;
        cache
            .fill(id(number), lease, user)
            .await
            .expect("is in memory");
        let known = cache.get(id(number)).await.expect("is in memory");
        assert!(!matches!(known, Cached::Miss(_)), "{known:?}");
    }
    a_while().await;
    lease_of(&cache, id(1)).await;
    lease_of(&cache, id(2)).await;
}

#[tokio::test]
async fn a_reader_who_died_does_not_block_the_entry() {
    let cache = brief();
    let dead = lease_of(&cache, id(1)).await;
    a_while().await;
    let living = lease_of(&cache, id(1)).await;
    assert_ne!(dead, living);
    let (old, new) = (Arc::new(person(id(1), 1)), Arc::new(person(id(1), 2)));
    cache
        .fill(id(1), dead, Some(old))
        .await
        .expect("is in memory");
    assert_eq!(
        cache.get(id(1)).await.expect("is in memory"),
        Cached::Miss(None)
    );
    cache
        .fill(id(1), living, Some(Arc::clone(&new)))
        .await
        .expect("is in memory");
    assert_eq!(
        cache.get(id(1)).await.expect("is in memory"),
        Cached::Hit(new)
    );
}

#[tokio::test]
async fn a_lease_that_ended_fills_nothing() {
    let cache = brief();
    let dead = lease_of(&cache, id(1)).await;
    a_while().await;
    cache.fill(id(1), dead, None).await.expect("is in memory");
    lease_of(&cache, id(1)).await;
}

#[tokio::test]
async fn memory_is_bounded() {
    let cache = MemoryUserCache::new(100, Lifetimes::default());
    for number in 0..5_000 {
        let lease = lease_of(&cache, id(number)).await;
        cache
            .fill(id(number), lease, None)
            .await
            .expect("is in memory");
    }
    cache.slots.run_pending_tasks();
    assert!(
        cache.slots.entry_count() <= 100,
        "{}",
        cache.slots.entry_count()
    );
}
