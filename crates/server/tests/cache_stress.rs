//! Eight writers and eight readers on fifty people over two processes, entries evicted at random: at rest
//! no remembered person is older than their row, in 20 runs out of 20. The same with a plain SET after each
//! commit fails, which shows that the test would notice.
//!
//! A test starts itself twice more, as the two processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod stress;

use adapter_postgres::{Database, PostgresUsers};
use adapter_redis::{Redis, RedisUserCache, RedisUserNews};
use port_decorators::{CachedUsers, LayeredUserCache, UserEntries};
use ports::accounts::{Cached, UserCache as _, UserNews as _, UserRepository as _};
use std::sync::Arc;
use stress::{Plain, Slow, Task};
use testkit::parts::NothingHeard;

/// The users of one process, as the product has them, and what that process remembers at rest.
async fn product(task: &Task) -> usize {
    let users = Arc::new(Slow(PostgresUsers::new(database(task))));
    let redis = Redis::open(&task.redis).unwrap();
    let far = Arc::new(RedisUserCache::new(redis.clone()));
    let cache = Arc::new(LayeredUserCache::new(1_000, far, |_| {}));
    let (following, news) = (Arc::clone(&cache), RedisUserNews::new(redis));
    tokio::spawn(async move { following.follow(news.listen()).await });
    let entries = UserEntries::new(cache.clone(), Arc::new(NothingHeard), |_| {});
    let cached = Arc::new(CachedUsers::new(users.clone(), Arc::new(entries)));
    stress::run(task, users.clone(), cached).await;
    let mut stale = 0;
    for id in task.people() {
        let row = users.0.find(id).await.unwrap().unwrap();
        match cache.get(id).await.unwrap() {
            Cached::Hit(user) => stale += usize::from(user.version != row.version),
            Cached::Absent => stale += 1,
            Cached::Miss(_) => {}
        }
    }
    stale
}

/// The same with a cache that is written after each commit and filled by whoever missed.
async fn plain(task: &Task) -> usize {
    let users = Arc::new(Slow(PostgresUsers::new(database(task))));
    let cached = Arc::new(Plain::new(users.clone(), &task.redis));
    stress::run(task, users.clone(), cached.clone()).await;
    let mut stale = 0;
    for id in task.people() {
        let row = users.0.find(id).await.unwrap().unwrap();
        let known = cached.known(id);
        stale += usize::from(known.is_some_and(|version| version != row.version.number()));
    }
    stale
}

fn database(task: &Task) -> Database {
    Database::open(&task.database).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_rest_nothing_remembered_is_older_than_its_row() {
    if let Some(task) = Task::of_this_process() {
        return task.report(product(&task).await);
    }
    let stale = stress::in_two_processes("at_rest_nothing_remembered_is_older_than_its_row").await;
    assert_eq!(stale, vec![0; stress::RUNS], "stale entries a run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_set_after_commit_leaves_old_versions_behind() {
    if let Some(task) = Task::of_this_process() {
        return task.report(plain(&task).await);
    }
    let stale =
        stress::in_two_processes("a_plain_set_after_commit_leaves_old_versions_behind").await;
    println!("stale entries a run, with a plain SET: {stale:?}");
    assert!(
        stale.iter().any(|stale| *stale > 0),
        "the test notices nothing: {stale:?}"
    );
}
