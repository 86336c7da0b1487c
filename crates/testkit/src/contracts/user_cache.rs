//! What every cache of people promises: whatever happens in whatever order, no old version comes back.

mod interleavings;
mod kept;

use domain::Version;
use domain::accounts::{Email, FamilyName, GivenName, Profile, Role, User};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::accounts::{Cached, FillLease, UserCache};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

pub use interleavings::{
    many_threads_at_once_leave_no_old_version, no_interleaving_leaves_an_old_version,
};
pub use kept::Kept;

/// A person as of this version of their row.
pub fn person(id: UserId, version: u32) -> User {
    let profile = Profile {
        given_name: GivenName::parse("Ada").expect("is a name"),
        family_name: FamilyName::parse(&format!("Lovelace {version}")).expect("is a name"),
        email: Email::parse("ada@example.org").expect("is an address"),
        phone: None,
        address: None,
        external_subject: None,
        role: Role::Member,
        site_ids: BTreeSet::new(),
    };
    let version = Version::parse(version.into()).expect("is a version");
    User {
        version,
        ..User::register(id, profile, Timestamp::UNIX_EPOCH)
    }
}

fn ada() -> UserId {
    UserId::new(Uuid::from_u128(0xada))
}

fn version(number: u32) -> Arc<User> {
    Arc::new(person(ada(), number))
}

async fn get(cache: &dyn UserCache) -> Cached {
    cache.get(ada()).await.expect("can be reached")
}

async fn lease(cache: &dyn UserCache) -> FillLease {
    match get(cache).await {
        Cached::Miss(Some(lease)) => lease,
        other => panic!("no lease but {other:?}"),
    }
}

async fn fill(cache: &dyn UserCache, lease: FillLease, user: Option<Arc<User>>) {
    cache
        .fill(ada(), lease, user)
        .await
        .expect("can be reached");
}

async fn kill(cache: &dyn UserCache) {
    cache.kill(ada()).await.expect("can be reached");
}

async fn refresh(cache: &dyn UserCache, number: u32) {
    cache
        .refresh(version(number))
        .await
        .expect("can be reached");
}

/// The first who misses gets a lease, the others none.
pub async fn a_miss_gives_a_lease_to_the_first_who_asks(cache: &dyn UserCache) {
    lease(cache).await;
    assert_eq!(get(cache).await, Cached::Miss(None));
    assert_eq!(get(cache).await, Cached::Miss(None));
}

/// What was filled is found.
pub async fn a_filled_entry_is_a_hit(cache: &dyn UserCache) {
    let lease = lease(cache).await;
    fill(cache, lease, Some(version(1))).await;
    assert_eq!(get(cache).await, Cached::Hit(version(1)));
    assert_eq!(get(cache).await, Cached::Hit(version(1)));
}

/// That there is no such person is known too.
pub async fn absence_is_remembered(cache: &dyn UserCache) {
    let lease = lease(cache).await;
    fill(cache, lease, None).await;
    assert_eq!(get(cache).await, Cached::Absent);
}

/// Nobody fills without the lease that lives.
pub async fn a_fill_without_the_living_lease_is_ignored(cache: &dyn UserCache) {
    fill(cache, FillLease(7), Some(version(1))).await;
    let living = lease(cache).await;
    fill(cache, FillLease(living.0.wrapping_add(1)), Some(version(1))).await;
    assert_eq!(get(cache).await, Cached::Miss(None));
}

/// A lease fills once.
pub async fn a_lease_is_used_up_by_its_fill(cache: &dyn UserCache) {
    let lease = lease(cache).await;
    fill(cache, lease, Some(version(2))).await;
    fill(cache, lease, Some(version(1))).await;
    assert_eq!(get(cache).await, Cached::Hit(version(2)));
    kill(cache).await;
    fill(cache, lease, Some(version(1))).await;
    assert!(matches!(get(cache).await, Cached::Miss(Some(_))));
}

/// A kill forgets the person, and the absence of one.
pub async fn a_kill_forgets_what_is_known(cache: &dyn UserCache) {
    for known in [Some(version(1)), None] {
        let lease = lease(cache).await;
        fill(cache, lease, known).await;
        kill(cache).await;
        assert!(matches!(get(cache).await, Cached::Miss(Some(_))));
        kill(cache).await;
    }
}

/// A kill kills the lease: a reader who read before the write fills nothing.
pub async fn a_kill_kills_the_lease(cache: &dyn UserCache) {
    let dead = lease(cache).await;
    kill(cache).await;
    fill(cache, dead, Some(version(1))).await;
    let living = lease(cache).await;
    assert_ne!(dead, living);
    fill(cache, dead, Some(version(1))).await;
    assert_eq!(get(cache).await, Cached::Miss(None));
    fill(cache, living, Some(version(2))).await;
    assert_eq!(get(cache).await, Cached::Hit(version(2)));
}

/// A refresh kills the lease and leaves a missing entry missing.
pub async fn a_refresh_kills_the_lease_and_fills_nothing(cache: &dyn UserCache) {
    refresh(cache, 1).await;
    let dead = lease(cache).await;
    refresh(cache, 2).await;
    fill(cache, dead, Some(version(1))).await;
    let living = lease(cache).await;
    assert_ne!(dead, living);
    fill(cache, living, Some(version(2))).await;
    assert_eq!(get(cache).await, Cached::Hit(version(2)));
}

/// A refresh updates an older entry and leaves one that is as new or newer.
pub async fn a_refresh_never_goes_back(cache: &dyn UserCache) {
    let lease = lease(cache).await;
    fill(cache, lease, Some(version(2))).await;
    for (refreshed, left) in [(1, 2), (2, 2), (4, 4), (3, 4)] {
        refresh(cache, refreshed).await;
        assert_eq!(get(cache).await, Cached::Hit(version(left)));
    }
}

/// A refresh forgets that there was no such person.
pub async fn a_refresh_forgets_absence(cache: &dyn UserCache) {
    let lease = lease(cache).await;
    fill(cache, lease, None).await;
    refresh(cache, 1).await;
    assert!(matches!(get(cache).await, Cached::Miss(Some(_))));
}

/// What happens to one person's entry does not touch another's.
pub async fn people_do_not_meet(cache: &dyn UserCache) {
    let other = UserId::new(Uuid::from_u128(0xb0b));
    let mine = lease(cache).await;
    let Ok(Cached::Miss(Some(theirs))) = cache.get(other).await else {
        panic!("somebody has leased the entry of another");
    };
    kill(cache).await;
    let bob = Arc::new(person(other, 1));
    let filled = cache.fill(other, theirs, Some(Arc::clone(&bob))).await;
    filled.expect("can be reached");
    fill(cache, mine, Some(version(1))).await;
    assert_eq!(
        cache.get(other).await.expect("can be reached"),
        Cached::Hit(bob)
    );
    assert!(matches!(get(cache).await, Cached::Miss(Some(_))));
}

/// Runs the contract over `$fixture`, a future that gives an empty cache.
#[macro_export]
macro_rules! user_cache_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::user_cache,
            $fixture,
            [
                a_miss_gives_a_lease_to_the_first_who_asks,
                a_filled_entry_is_a_hit,
                absence_is_remembered,
                a_fill_without_the_living_lease_is_ignored,
                a_lease_is_used_up_by_its_fill,
                a_kill_forgets_what_is_known,
                a_kill_kills_the_lease,
                a_refresh_kills_the_lease_and_fills_nothing,
                a_refresh_never_goes_back,
                a_refresh_forgets_absence,
                people_do_not_meet,
                no_interleaving_leaves_an_old_version,
                many_threads_at_once_leave_no_old_version,
            ]
        );
    };
}
