//! Whom a name stands for, and who is entered.

use super::KnownSubjects;
use crate::Caller;
use crate::accounts::AuthenticateError;
use crate::fixtures::{clock, fault, ids, profile, pseudonym, pseudonyms, user, user_id};
use domain::accounts::{
    Email, ExternalSubject, FamilyName, GivenName, Profile, Role, Status, User,
};
use ports::Fault;
use ports::accounts::{AddUserError, Described, MockSubjectIndex, MockUserRepository};
use std::sync::Arc;

pub fn subject(name: &str) -> ExternalSubject {
    ExternalSubject::parse(name).unwrap()
}

fn known_as(name: &str, role: Role, status: Status) -> User {
    let profile = Profile {
        external_subject: Some(subject(name)),
        ..profile(role)
    };
    User {
        profile,
        status,
        ..user(7, role)
    }
}

/// A directory with one person in it, who is known by this name.
pub fn knowing(name: &'static str, role: Role) -> KnownSubjects {
    let mut users = MockUserRepository::new();
    users.expect_save().returning(|_, _, _| Ok(()));
    directory(known_as(name, role, Status::Active), users, usize::MAX)
}

fn directory(person: User, mut users: MockUserRepository, most_asked: usize) -> KnownSubjects {
    let mut index = MockSubjectIndex::new();
    let name = person.profile.external_subject.clone();
    index.expect_is_spent().returning(|_, _| Ok(false));
    let asked = index
        .expect_find()
        .returning(move |subject| Ok((name.as_ref() == Some(subject)).then_some(user_id(7))));
    if most_asked < usize::MAX {
        asked.times(most_asked);
    }
    users
        .expect_find()
        .returning(move |_| Ok(Some(Arc::new(person.clone()))));
    over(index, users)
}

fn over(index: MockSubjectIndex, users: MockUserRepository) -> KnownSubjects {
    let (index, users) = (Arc::new(index), Arc::new(users));
    KnownSubjects::new(index, users, ids(), clock(), pseudonyms(), true)
}

fn eve() -> Described {
    Described {
        email: Email::parse("eve@example.org").unwrap(),
        given_name: GivenName::parse("Eve").unwrap(),
        family_name: FamilyName::parse("New").unwrap(),
    }
}

#[tokio::test]
async fn the_index_is_asked_once_for_each_name() {
    let ada = known_as("ada", Role::Manager, Status::Active);
    let known = directory(ada, MockUserRepository::new(), 1);
    for _ in 0..3 {
        let caller = known.caller(&subject("ada"), None, None).await.unwrap();
        assert_eq!(caller, Caller::signed_in(user_id(7), Role::Manager));
    }
}

#[tokio::test]
async fn a_name_that_went_to_somebody_else_is_looked_up_again() {
    let bob = known_as("bob", Role::Member, Status::Active);
    let known = directory(bob, MockUserRepository::new(), 1);
    known.remember(&subject("ada"), user_id(7));
    let outcome = known.caller(&subject("ada"), None, None).await;
    assert!(
        matches!(outcome, Err(AuthenticateError::Unknown)),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn the_greatest_role_of_ours_counts_and_no_role_of_ours_is_the_least() {
    let known = knowing("ada", Role::Manager);
    for (roles, role) in [
        (None, Role::Manager),
        (Some(vec![]), Role::Member),
        (Some(vec!["staff", "everyone"]), Role::Member),
        (Some(vec!["member", "manager"]), Role::Manager),
        (Some(vec!["admin", "member"]), Role::Admin),
    ] {
        let roles: Option<Vec<String>> =
            roles.map(|roles: Vec<&str>| roles.into_iter().map(str::to_owned).collect());
        let caller = known.caller(&subject("ada"), roles.as_deref(), None).await;
        assert_eq!(caller.unwrap(), Caller::signed_in(user_id(7), role));
    }
}

#[tokio::test]
async fn who_is_suspended_here_may_nothing_whatever_others_say() {
    let ada = known_as("ada", Role::Admin, Status::Suspended);
    let known = directory(ada, MockUserRepository::new(), 1);
    let roles = ["admin".to_owned()];
    let outcome = known.caller(&subject("ada"), Some(&roles), None).await;
    assert!(
        matches!(outcome, Err(AuthenticateError::Invalid)),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn somebody_new_is_entered_if_that_is_wanted_and_the_issuer_describes_them() {
    let ada = known_as("ada", Role::Admin, Status::Active);
    let mut users = MockUserRepository::new();
    users
        .expect_add()
        .times(1)
        .withf(|user, commit| {
            user.profile.external_subject == Some(subject("eve"))
                && user.profile.role == Role::Manager
                && user.profile.email.key() == "eve@example.org"
                && commit.audit.len() == 1
                && commit.events.len() == 1
        })
        .returning(|user, _| Ok(crate::Committed::Fresh(user.clone())));
    let mut known = directory(ada, users, 3);
    let roles = ["manager".to_owned()];
    let entered = known
        .caller(&subject("eve"), Some(&roles), Some(&eve()))
        .await;
    assert!(entered.is_ok(), "{entered:?}");
    let undescribed = known.caller(&subject("eve"), Some(&roles), None).await;
    assert!(matches!(undescribed, Err(AuthenticateError::Unknown)));
    known.provision = false;
    let unwanted = known
        .caller(&subject("eve"), Some(&roles), Some(&eve()))
        .await;
    assert!(matches!(unwanted, Err(AuthenticateError::Unknown)));
}

#[tokio::test]
async fn an_email_that_somebody_has_makes_nobody_that_person() {
    let ada = known_as("ada", Role::Admin, Status::Active);
    let mut users = MockUserRepository::new();
    users
        .expect_add()
        .returning(|user, _| Err(AddUserError::EmailTaken(user.profile.email.clone())));
    let known = directory(ada, users, 2);
    let outcome = known.caller(&subject("eve"), None, Some(&eve())).await;
    assert!(
        matches!(outcome, Err(AuthenticateError::Unknown)),
        "{outcome:?}"
    );
}

/// The row that is in the way may be their own, which another request entered just now.
#[tokio::test]
async fn of_several_first_requests_at_once_none_is_refused() {
    let taken: [fn() -> AddUserError; 2] = [
        || AddUserError::EmailTaken(eve().email),
        || AddUserError::SubjectTaken,
    ];
    for taken in taken {
        let (mut index, mut users) = (MockSubjectIndex::new(), MockUserRepository::new());
        index.expect_find().times(1).returning(|_| Ok(None));
        index
            .expect_find()
            .times(1)
            .returning(|_| Ok(Some(user_id(7))));
        index.expect_is_spent().returning(|_, _| Ok(false));
        users
            .expect_add()
            .times(1)
            .returning(move |_, _| Err(taken()));
        users.expect_find().returning(|_| {
            let eve = known_as("eve", Role::Member, Status::Active);
            Ok(Some(Arc::new(eve)))
        });
        let known = over(index, users);
        let caller = known.caller(&subject("eve"), None, Some(&eve())).await;
        assert_eq!(caller.unwrap(), Caller::signed_in(user_id(7), Role::Member));
    }
}

#[tokio::test]
async fn whoever_was_deleted_or_erased_here_is_not_entered_anew() {
    let asking = |answer: fn() -> Result<bool, Fault>| {
        let mut index = MockSubjectIndex::new();
        index.expect_find().returning(|_| Ok(None));
        index
            .expect_is_spent()
            .withf(|name, other| *name == subject("eve") && *other == pseudonym("external subject"))
            .times(1)
            .returning(move |_, _| answer());
        over(index, MockUserRepository::new())
    };
    let spent = asking(|| Ok(true));
    let outcome = spent.caller(&subject("eve"), None, Some(&eve())).await;
    assert!(
        matches!(outcome, Err(AuthenticateError::Unknown)),
        "{outcome:?}"
    );
    let down = asking(|| Err(fault()));
    let outcome = down.caller(&subject("eve"), None, Some(&eve())).await;
    assert!(
        matches!(outcome, Err(AuthenticateError::Fault(_))),
        "{outcome:?}"
    );
}
