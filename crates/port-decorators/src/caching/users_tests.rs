//! People come from the cache when they can, from the repository when they must, and never old.

use super::CachedUsers;
use crate::caching::directory::Directory;
use crate::caching::{Lookup, UserEntries};
use adapter_memory::MemoryUserCache;
use domain::accounts::User;
use ports::accounts::{BatchMode, UserCache, UserRepository};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::builders::{a_commit, a_user};
use testkit::parts::NothingHeard;

struct Desk {
    inner: Arc<Directory>,
    cache: Arc<MemoryUserCache>,
    users: Arc<CachedUsers>,
    seen: Arc<Mutex<Vec<Lookup>>>,
}

fn desk(people: &[User]) -> Desk {
    let inner = Arc::new(Directory::of(people));
    let cache = Arc::new(MemoryUserCache::default());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let note = move |lookup| noted.lock().expect("nobody panics").push(lookup);
    let entries = Arc::new(UserEntries::new(
        Arc::clone(&cache) as Arc<dyn UserCache>,
        Arc::new(NothingHeard),
        note,
    ));
    let users = Arc::new(CachedUsers::new(
        Arc::clone(&inner) as Arc<dyn UserRepository>,
        entries,
    ));
    Desk {
        inner,
        cache,
        users,
        seen,
    }
}

fn later(user: &User) -> User {
    User {
        version: user.version.next(),
        ..user.clone()
    }
}

async fn find(desk: &Desk, user: &User) -> Option<User> {
    desk.users
        .find(user.id)
        .await
        .expect("can be read")
        .map(Arc::unwrap_or_clone)
}

/// Starts a look-up and waits until it stands before the gate.
async fn held_up(desk: &Desk, user: &User) -> tokio::task::JoinHandle<Option<User>> {
    let (users, id, before) = (Arc::clone(&desk.users), user.id, desk.inner.reads());
    let task = tokio::spawn(async move {
        users
            .find(id)
            .await
            .expect("can be read")
            .map(Arc::unwrap_or_clone)
    });
    while desk.inner.reads() == before {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test]
async fn a_person_is_read_once_and_remembered() {
    let ada = a_user().build();
    let desk = desk(std::slice::from_ref(&ada));
    for _ in 0..3 {
        assert_eq!(find(&desk, &ada).await.as_ref(), Some(&ada));
    }
    assert_eq!(desk.inner.reads(), 1);
    let seen = desk.seen.lock().expect("nobody panics").clone();
    assert_eq!(seen, [Lookup::Miss, Lookup::Hit, Lookup::Hit]);
}

#[tokio::test]
async fn absence_is_remembered_until_the_person_is_entered() {
    let (desk, ada, bob) = (desk(&[]), a_user().build(), a_user().build());
    for _ in 0..2 {
        assert_eq!(find(&desk, &ada).await, None);
        assert_eq!(find(&desk, &bob).await, None);
    }
    assert_eq!(desk.inner.reads(), 2);
    desk.users.add(&ada, &a_commit()).await.expect("is added");
    let bobs = std::slice::from_ref(&bob);
    let added = desk
        .users
        .add_all(bobs, BatchMode::Atomic, &a_commit())
        .await;
    added.expect("is added");
    assert_eq!(find(&desk, &ada).await, Some(ada));
    assert_eq!(find(&desk, &bob).await, Some(bob));
}

#[tokio::test]
async fn a_saved_person_is_seen_at_once() {
    let ada = a_user().build();
    let desk = desk(std::slice::from_ref(&ada));
    find(&desk, &ada).await;
    let changed = later(&ada);
    desk.users
        .save(&changed, ada.version, &a_commit())
        .await
        .expect("is saved");
    assert_eq!(find(&desk, &ada).await, Some(changed));
}

#[tokio::test]
async fn many_who_ask_at_once_cost_one_read() {
    let ada = a_user().build();
    let desk = desk(std::slice::from_ref(&ada));
    let closed = desk
        .inner
        .gate
        .acquire_many(1_000)
        .await
        .expect("stays open");
    let first = held_up(&desk, &ada).await;
    let others = futures::future::join_all((0..50).map(|_| find(&desk, &ada)));
    let (others, ()) = futures::join!(others, async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(closed);
    });
    assert!(
        others
            .iter()
            .chain(&[first.await.expect("does not panic")])
            .all(|found| found.as_ref() == Some(&ada))
    );
    assert_eq!(desk.inner.reads(), 1);
}

#[tokio::test]
async fn a_read_that_began_before_a_write_answers_nobody_who_came_after_it() {
    let ada = a_user().build();
    let desk = desk(std::slice::from_ref(&ada));
    let closed = desk
        .inner
        .gate
        .acquire_many(1_000)
        .await
        .expect("stays open");
    let early = held_up(&desk, &ada).await;
    let changed = later(&ada);
    desk.users
        .save(&changed, ada.version, &a_commit())
        .await
        .expect("is saved");
    let late = held_up(&desk, &ada).await;
    drop(closed);
    assert_eq!(early.await.expect("does not panic"), Some(ada.clone()));
    assert_eq!(late.await.expect("does not panic"), Some(changed.clone()));
    assert_eq!(find(&desk, &ada).await, Some(changed));
    assert_eq!(desk.inner.reads(), 2);
}

#[tokio::test]
async fn a_lease_that_came_too_late_for_a_read_is_used_by_another() {
    let ada = a_user().build();
    let desk = desk(std::slice::from_ref(&ada));
    let closed = desk
        .inner
        .gate
        .acquire_many(1_000)
        .await
        .expect("stays open");
    let early = held_up(&desk, &ada).await;
    // Another process wrote: its event kills the entry, and this process counted no write.
    desk.cache.kill(ada.id).await.expect("is in memory");
    let late = find(&desk, &ada);
    let (late, ()) = futures::join!(late, async { drop(closed) });
    assert_eq!(
        (early.await.expect("does not panic"), late),
        (Some(ada.clone()), Some(ada.clone()))
    );
    let reads = desk.inner.reads();
    find(&desk, &ada).await;
    assert_eq!((reads, desk.inner.reads()), (2, 2));
}

#[tokio::test]
async fn a_reader_who_goes_away_takes_nothing_from_the_others() {
    let ada = a_user().build();
    let desk = desk(std::slice::from_ref(&ada));
    let closed = desk
        .inner
        .gate
        .acquire_many(1_000)
        .await
        .expect("stays open");
    let gone = held_up(&desk, &ada).await;
    let other = {
        let (users, id) = (Arc::clone(&desk.users), ada.id);
        tokio::spawn(async move {
            users
                .find(id)
                .await
                .expect("can be read")
                .map(Arc::unwrap_or_clone)
        })
    };
    tokio::task::yield_now().await;
    gone.abort();
    drop(closed);
    assert_eq!(other.await.expect("does not panic"), Some(ada));
}
