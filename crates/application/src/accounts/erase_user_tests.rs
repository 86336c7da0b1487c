//! Who may erase whom, and what is told of it.

use super::{ATTEMPTS, EraseUser, EraseUserError, FindErasure, FindErasureError, PersonalParts};
use crate::fixtures::{
    by, by_nobody, clock, fault, ids, now, pseudonym, pseudonyms, user, user_id, version,
};
use domain::accounts::{ExternalSubject, Role, Status, User};
use domain::actors::Principal;
use domain::audit::Action;
use domain::erasures::{Erasure, PartAnswer};
use domain::events::EventKind;
use domain::ids::ErasureId;
use ports::accounts::MockUserRepository;
use ports::erasures::{BeginErasureError, MockErasureRepository};
use ports::personal_data::MockPersonalData;
use std::sync::Arc;
use uuid::Uuid;

const ERASURE: ErasureId = ErasureId::new(Uuid::max());

fn erasure() -> Erasure {
    Erasure::begin(ERASURE, user_id(2), Principal::System, now())
}

fn parts() -> PersonalParts {
    let named = ["records", "photos"].map(|name| {
        let mut part = MockPersonalData::new();
        part.expect_name().return_const(name);
        Arc::new(part) as _
    });
    Arc::new(named)
}

fn over(found: Option<User>, erasures: MockErasureRepository) -> EraseUser {
    let mut users = MockUserRepository::new();
    users
        .expect_find()
        .returning(move |_| Ok(found.clone().map(Arc::new)));
    EraseUser {
        users: Arc::new(users),
        erasures: Arc::new(erasures),
        parts: parts(),
        pseudonyms: pseudonyms(),
        ids: ids(),
        clock: clock(),
    }
}

#[tokio::test]
async fn an_admin_begins_with_a_blank_row_an_entry_and_an_event() {
    let mut erasures = MockErasureRepository::new();
    erasures
        .expect_begin()
        .withf(|_, blank, seen, _, commit| {
            blank.status == Status::Deleted
                && blank.profile.given_name.reveal() == "Erased"
                && *seen == version(1)
                && blank.version == version(2)
                && commit.audit[0].action == Action::UserErased
                && commit.events[0].kind == EventKind::UserErased
        })
        .times(1)
        .returning(|_, _, _, _, _| Ok(erasure()));
    let erase = over(Some(user(2, Role::Member)), erasures);
    let begun = erase.run(&by(Role::Admin), user_id(2)).await.unwrap();
    assert_eq!(begun.waiting, ["records", "photos"]);
}

#[tokio::test]
async fn whom_others_know_the_person_as_is_kept_under_another_name() {
    for (known_as, kept) in [
        (None, None),
        (Some("auth0|eve"), Some(pseudonym("external subject"))),
    ] {
        let mut erasures = MockErasureRepository::new();
        erasures
            .expect_begin()
            .withf(move |_, blank, _, subject, _| {
                blank.profile.external_subject.is_none() && *subject == kept
            })
            .times(1)
            .returning(|_, _, _, _, _| Ok(erasure()));
        let mut eve = user(2, Role::Member);
        eve.profile.external_subject = known_as.map(|name| ExternalSubject::parse(name).unwrap());
        let erase = over(Some(eve), erasures);
        assert!(erase.run(&by(Role::Admin), user_id(2)).await.is_ok());
    }
}

#[tokio::test]
async fn only_admins_erase_and_look() {
    for request in [by(Role::Member), by(Role::Manager), by_nobody()] {
        let erase = over(Some(user(2, Role::Member)), MockErasureRepository::new());
        let outcome = erase.run(&request, user_id(2)).await;
        assert!(matches!(outcome, Err(EraseUserError::Forbidden(_))));
        let find = FindErasure {
            erasures: Arc::new(MockErasureRepository::new()),
            parts: parts(),
        };
        let outcome = find.run(&request, ERASURE).await;
        assert!(matches!(outcome, Err(FindErasureError::Forbidden(_))));
    }
}

#[tokio::test]
async fn it_is_tried_on_the_newest_row_and_given_up_in_the_end() {
    let mut erasures = MockErasureRepository::new();
    erasures
        .expect_begin()
        .times(ATTEMPTS as usize)
        .returning(|_, _, _, _, _| Err(BeginErasureError::Outdated(version(9))));
    let erase = over(Some(user(2, Role::Member)), erasures);
    let outcome = erase.run(&by(Role::Admin), user_id(2)).await;
    assert!(matches!(outcome, Err(EraseUserError::Contended)));
}

#[tokio::test]
async fn every_refusal_has_its_own_name() {
    let outcome = over(None, MockErasureRepository::new())
        .run(&by(Role::Admin), user_id(2))
        .await;
    assert!(matches!(outcome, Err(EraseUserError::Missing)));
    let refused = |error: BeginErasureError| async {
        let mut erasures = MockErasureRepository::new();
        erasures
            .expect_begin()
            .return_once(move |_, _, _, _, _| Err(error));
        let erase = over(Some(user(2, Role::Admin)), erasures);
        erase.run(&by(Role::Admin), user_id(2)).await.unwrap_err()
    };
    let last = refused(BeginErasureError::LastAdmin).await;
    assert!(matches!(last, EraseUserError::LastAdmin));
    let missing = refused(BeginErasureError::Missing).await;
    assert!(matches!(missing, EraseUserError::Missing));
    let down = refused(fault().into()).await;
    assert!(matches!(down, EraseUserError::Fault(_)));
}

#[tokio::test]
async fn an_erasure_waits_for_parts_that_have_not_answered_until_it_is_finished() {
    let find = |erasure: Option<Erasure>| async move {
        let mut erasures = MockErasureRepository::new();
        erasures.expect_find().return_once(move |_| Ok(erasure));
        let find = FindErasure {
            erasures: Arc::new(erasures),
            parts: parts(),
        };
        find.run(&by(Role::Admin), ERASURE).await
    };
    let mut half = erasure();
    half.take(PartAnswer::of("records"));
    assert_eq!(find(Some(half.clone())).await.unwrap().waiting, ["photos"]);
    // A part that joins later does not open what was finished.
    half.finished_at = Some(now());
    assert!(find(Some(half)).await.unwrap().waiting.is_empty());
    let missing = find(None).await;
    assert!(matches!(missing, Err(FindErasureError::Missing)));
}
