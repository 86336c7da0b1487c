//! When the rights of a key are remembered, and when they are not believed.

use super::{CachedApiKeys, LIFETIME};
use core::time::Duration;
use domain::Digest;
use domain::accounts::Scopes;
use domain::ids::KeyId;
use ports::Fault;
use ports::accounts::{ApiKeyRepository as _, KeyRights, MockAccessView, MockApiKeyRepository};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::builders::{a_commit, an_id};
use tokio::time::advance;

const RIGHTS: KeyRights = KeyRights {
    secret: Digest::new([7; 32]),
    scopes: Scopes::NONE,
};

/// What a process has heard.
#[derive(Default)]
struct Heard {
    nothing: Arc<AtomicBool>,
    revoked: Arc<AtomicBool>,
}

/// Over a repository that is asked so often.
fn cached(heard: &Heard, times: usize, answer: Option<KeyRights>) -> CachedApiKeys {
    let mut inner = MockApiKeyRepository::new();
    let rights = inner.expect_rights().times(times);
    rights.returning(move |_| Ok(answer));
    inner.expect_revoke().returning(|_, _| Ok(true));
    over(inner, heard)
}

fn over(inner: MockApiKeyRepository, heard: &Heard) -> CachedApiKeys {
    let mut view = MockAccessView::new();
    let (nothing, revoked) = (Arc::clone(&heard.nothing), Arc::clone(&heard.revoked));
    view.expect_is_current()
        .returning(move || !nothing.load(Ordering::SeqCst));
    view.expect_is_revoked()
        .returning(move |_| revoked.load(Ordering::SeqCst));
    CachedApiKeys::new(Arc::new(inner), Arc::new(view))
}

fn id() -> KeyId {
    KeyId::new(an_id())
}

#[tokio::test(start_paused = true)]
async fn rights_are_asked_for_once_a_minute() {
    let (keys, id) = (cached(&Heard::default(), 2, Some(RIGHTS)), id());
    for _ in 0..3 {
        assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
    }
    advance(LIFETIME - Duration::from_millis(1)).await;
    assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
    advance(Duration::from_millis(1)).await;
    assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
}

#[tokio::test(start_paused = true)]
async fn a_revoked_key_has_no_rights_though_they_are_remembered() {
    let heard = Heard::default();
    let (keys, id) = (cached(&heard, 1, Some(RIGHTS)), id());
    assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
    heard.revoked.store(true, Ordering::SeqCst);
    assert_eq!(keys.rights(id).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn who_hears_nothing_asks_each_time() {
    let heard = Heard::default();
    let (keys, id) = (cached(&heard, 3, Some(RIGHTS)), id());
    keys.rights(id).await.unwrap();
    heard.nothing.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
    }
}

#[tokio::test(start_paused = true)]
async fn what_this_process_revokes_it_does_not_remember() {
    let (keys, id) = (cached(&Heard::default(), 2, Some(RIGHTS)), id());
    keys.rights(id).await.unwrap();
    assert!(keys.revoke(id, &a_commit()).await.unwrap());
    keys.rights(id).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn that_there_is_no_such_key_is_not_remembered() {
    let (keys, id) = (cached(&Heard::default(), 2, None), id());
    for _ in 0..2 {
        assert_eq!(keys.rights(id).await.unwrap(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_not_remembered() {
    let mut inner = MockApiKeyRepository::new();
    let down = || Err(Fault::unavailable("database", "it is away"));
    inner.expect_rights().times(1).returning(move |_| down());
    inner
        .expect_rights()
        .times(1)
        .returning(|_| Ok(Some(RIGHTS)));
    let (keys, id) = (over(inner, &Heard::default()), id());
    assert!(keys.rights(id).await.is_err());
    assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_and_the_newest_is_kept() {
    let mut keys = cached(&Heard::default(), 9, Some(RIGHTS));
    keys.capacity = 4;
    for _ in 0..9 {
        let id = id();
        for _ in 0..2 {
            assert_eq!(keys.rights(id).await.unwrap(), Some(RIGHTS));
        }
    }
    assert_eq!(keys.known.read().unwrap().len(), 4);
}
