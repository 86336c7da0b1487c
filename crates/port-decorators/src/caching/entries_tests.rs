//! What the cache holds is passed over where something newer is known to have been written.

use super::{Lookup, UserEntries};
use adapter_memory::{MemoryAccessView, MemoryUserCache};
use domain::Version;
use domain::accounts::User;
use ports::accounts::{AccessChange, AccessView, Cached, UserCache};
use std::sync::{Arc, Mutex};
use testkit::builders::a_user;
use tokio::time::{Duration, Instant, advance};

struct Desk {
    cache: Arc<MemoryUserCache>,
    view: Arc<MemoryAccessView>,
    entries: UserEntries,
    seen: Arc<Mutex<Vec<Lookup>>>,
}

impl Desk {
    fn new() -> Self {
        let (cache, view) = (
            Arc::<MemoryUserCache>::default(),
            Arc::<MemoryAccessView>::default(),
        );
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let note = move |lookup| noted.lock().expect("nobody panics").push(lookup);
        view.caught_up(Instant::now());
        Self {
            entries: UserEntries::new(
                Arc::clone(&cache) as Arc<dyn UserCache>,
                Arc::clone(&view) as Arc<dyn AccessView>,
                note,
            ),
            cache,
            view,
            seen,
        }
    }

    /// What the cache holds, as if nobody had killed it.
    async fn holds(&self, user: &User, found: Option<&User>) {
        let Ok(Cached::Miss(Some(lease))) = self.cache.get(user.id).await else {
            panic!("gives a lease for what it does not know")
        };
        let filled = self
            .cache
            .fill(user.id, lease, found.cloned().map(Arc::new));
        filled.await.expect("is in memory");
    }

    fn seen(&self) -> Vec<Lookup> {
        std::mem::take(&mut *self.seen.lock().expect("nobody panics"))
    }
}

fn version(number: i64) -> Version {
    Version::parse(number).expect("is a version")
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_older_than_what_was_written_is_passed_over_and_killed() {
    let (desk, user) = (Desk::new(), a_user().build());
    desk.holds(&user, Some(&user)).await;
    desk.view.note(&[AccessChange::User(user.id, version(1))]);
    let found = desk.entries.look_up(user.id).await;
    assert!(matches!(found, Cached::Hit(_)), "it is as new as that");
    desk.view.note(&[AccessChange::User(user.id, version(2))]);
    let found = desk.entries.look_up(user.id).await;
    assert!(matches!(found, Cached::Miss(None)), "{found:?}");
    assert_eq!(desk.seen(), [Lookup::Hit, Lookup::Stale]);
    let left = desk.cache.get(user.id).await.expect("is in memory");
    assert!(matches!(left, Cached::Miss(_)), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn somebody_who_was_written_is_not_absent() {
    let (desk, user) = (Desk::new(), a_user().build());
    desk.holds(&user, None).await;
    assert_eq!(desk.entries.look_up(user.id).await, Cached::Absent);
    desk.view.note(&[AccessChange::User(user.id, version(1))]);
    assert_eq!(desk.entries.look_up(user.id).await, Cached::Miss(None));
    assert_eq!(desk.seen(), [Lookup::Absent, Lookup::Stale]);
}

#[tokio::test(start_paused = true)]
async fn who_has_not_heard_for_five_seconds_believes_no_entry() {
    let (desk, user) = (Desk::new(), a_user().build());
    desk.holds(&user, Some(&user)).await;
    advance(Duration::from_secs(5)).await;
    assert_eq!(desk.entries.look_up(user.id).await, Cached::Miss(None));
    desk.view.caught_up(Instant::now());
    let found = desk.entries.look_up(user.id).await;
    assert!(matches!(found, Cached::Hit(_)), "it was not killed");
    assert_eq!(desk.seen(), [Lookup::Stale, Lookup::Hit]);
}

#[tokio::test(start_paused = true)]
async fn ones_own_write_is_known_at_once() {
    let (desk, user) = (Desk::new(), a_user().build());
    desk.entries.written(user.id, version(2)).await;
    desk.holds(&user, Some(&user)).await;
    assert_eq!(desk.entries.look_up(user.id).await, Cached::Miss(None));
}
