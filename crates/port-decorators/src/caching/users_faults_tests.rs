//! A cache that fails fails nobody, and a repository that fails is told as it is.

use super::CachedUsers;
use crate::caching::UserEntries;
use domain::accounts::User;
use ports::Fault;
use ports::accounts::{
    AddUserError, BatchMode, Cached, FillLease, MockUserCache, MockUserRepository, SaveUserError,
    UserRepository as _,
};
use std::sync::Arc;
use testkit::builders::{a_commit, a_user};
use testkit::parts::NothingHeard;

fn over(inner: MockUserRepository, cache: MockUserCache) -> CachedUsers {
    let entries = UserEntries::new(Arc::new(cache), Arc::new(NothingHeard), |_| {});
    CachedUsers::new(Arc::new(inner), Arc::new(entries))
}

fn later(user: &User) -> User {
    User {
        version: user.version.next(),
        ..user.clone()
    }
}

fn down() -> Fault {
    Fault::unavailable("cache", "connection refused")
}

#[tokio::test]
async fn a_cache_that_fails_fails_nobody() {
    let ada = a_user().build();
    let (mut inner, mut cache) = (MockUserRepository::new(), MockUserCache::new());
    let found = ada.clone();
    inner
        .expect_find()
        .times(2)
        .returning(move |_| Ok(Some(Arc::new(found.clone()))));
    inner.expect_save().once().returning(|_, _, _| Ok(()));
    cache.expect_get().returning(|_| Err(down()));
    cache.expect_kill().returning(|_| Err(down()));
    let users = over(inner, cache);
    for _ in 0..2 {
        assert_eq!(
            users
                .find(ada.id)
                .await
                .expect("can be read")
                .map(Arc::unwrap_or_clone),
            Some(ada.clone())
        );
    }
    users
        .save(&later(&ada), ada.version, &a_commit())
        .await
        .expect("is saved");
}

#[tokio::test]
async fn a_fill_that_fails_fails_nobody() {
    let ada = a_user().build();
    let (mut inner, mut cache) = (MockUserRepository::new(), MockUserCache::new());
    let found = ada.clone();
    inner
        .expect_find()
        .once()
        .returning(move |_| Ok(Some(Arc::new(found.clone()))));
    cache
        .expect_get()
        .returning(|_| Ok(Cached::Miss(Some(FillLease(1)))));
    cache.expect_fill().once().returning(|_, _, _| Err(down()));
    assert_eq!(
        over(inner, cache).find(ada.id).await.expect("can be read"),
        Some(Arc::new(ada))
    );
}

#[tokio::test]
async fn a_fault_of_the_repository_reaches_every_reader_with_its_cause() {
    let (mut inner, mut cache) = (MockUserRepository::new(), MockUserCache::new());
    inner
        .expect_find()
        .returning(|_| Err(Fault::unavailable("database", "connection refused")));
    cache.expect_get().returning(|_| Ok(Cached::Miss(None)));
    let users = over(inner, cache);
    let id = a_user().build().id;
    for answer in futures::future::join_all([users.find(id), users.find(id)]).await {
        let fault = answer.expect_err("is down");
        assert!(
            matches!(
                fault,
                Fault::Unavailable {
                    backend: "database",
                    ..
                }
            ),
            "{fault:?}"
        );
        let mut cause: &dyn std::error::Error = &fault;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        assert_eq!(cause.to_string(), "connection refused");
    }
}

#[tokio::test]
async fn a_write_whose_outcome_is_unknown_forgets_the_person() {
    let ada = a_user().build();
    let (mut inner, mut cache) = (MockUserRepository::new(), MockUserCache::new());
    let lost = || Fault::uncertain("database", "connection reset");
    inner
        .expect_save()
        .returning(move |_, _, _| Err(lost().into()));
    inner.expect_add().returning(move |_, _| Err(lost().into()));
    inner
        .expect_add_all()
        .returning(move |_, _, _| Err(lost().into()));
    let id = ada.id;
    cache
        .expect_kill()
        .times(3)
        .withf(move |killed| *killed == id)
        .returning(|_| Ok(()));
    let users = over(inner, cache);
    let saved = users.save(&later(&ada), ada.version, &a_commit()).await;
    assert!(
        matches!(saved, Err(SaveUserError::Fault(Fault::Uncertain { .. }))),
        "{saved:?}"
    );
    let added = users.add(&ada, &a_commit()).await;
    assert!(
        matches!(added, Err(AddUserError::Fault(Fault::Uncertain { .. }))),
        "{added:?}"
    );
    let added = users
        .add_all(std::slice::from_ref(&ada), BatchMode::Partial, &a_commit())
        .await;
    assert!(added.is_err());
}

#[tokio::test]
async fn a_write_that_was_refused_leaves_the_cache_alone() {
    let ada = a_user().build();
    let mut inner = MockUserRepository::new();
    inner
        .expect_save()
        .returning(|_, _, _| Err(SaveUserError::LastAdmin));
    inner
        .expect_add()
        .returning(|_, _| Err(AddUserError::SubjectTaken));
    let users = over(inner, MockUserCache::new());
    assert!(
        users
            .save(&later(&ada), ada.version, &a_commit())
            .await
            .is_err()
    );
    assert!(users.add(&ada, &a_commit()).await.is_err());
}

#[tokio::test]
async fn a_stale_save_forgets_what_the_caller_had_seen() {
    let ada = a_user().build();
    let (mut inner, mut cache) = (MockUserRepository::new(), MockUserCache::new());
    let now = later(&ada).version;
    inner
        .expect_save()
        .returning(move |_, _, _| Err(SaveUserError::Outdated(now)));
    cache.expect_kill().once().returning(|_| Ok(()));
    let saved = over(inner, cache)
        .save(&later(&ada), ada.version, &a_commit())
        .await;
    assert!(
        matches!(saved, Err(SaveUserError::Outdated(_))),
        "{saved:?}"
    );
}
