//! What a person's row may become.

use super::{Changed, IsDeleted, Profile, User, UserPatch};
use crate::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Role, Status,
};
use crate::audit::Change;
use crate::ids::{SiteId, UserId};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("is an instant")
}

pub(in crate::accounts) fn ada() -> User {
    let profile = Profile {
        given_name: GivenName::parse("Ada").expect("is a name"),
        family_name: FamilyName::parse("Lovelace").expect("is a name"),
        email: Email::parse("ada@example.org").expect("is an address"),
        phone: Phone::parse("555 0100").ok(),
        address: None,
        external_subject: None,
        role: Role::Member,
        site_ids: BTreeSet::new(),
    };
    User::register(UserId::new(Uuid::nil()), profile, at(0))
}

fn to(changed: Changed) -> (User, Vec<Change>) {
    match changed {
        Changed::To(user, changes) => (*user, changes),
        Changed::Unchanged => panic!("nothing changed"),
    }
}

#[test]
fn a_patch_changes_what_it_names_and_bumps_the_version() {
    let patch = UserPatch {
        phone: Some(None),
        role: Some(Role::Manager),
        ..UserPatch::default()
    };
    let (user, changes) = to(ada().patched(patch, at(9)).expect("ada is not deleted"));
    assert_eq!(
        (user.profile.phone, user.profile.role),
        (None, Role::Manager)
    );
    assert_eq!(
        (user.version.number(), user.updated_at, user.created_at),
        (2, at(9), at(0))
    );
    let role = Change::plain("role", Some("member".into()), Some("manager".into()));
    assert_eq!(changes, vec![Change::personal("phone"), role]);
}

#[test]
fn a_patch_that_says_what_is_already_so_changes_nothing() {
    let patch = UserPatch {
        given_name: GivenName::parse("Ada").ok(),
        ..UserPatch::default()
    };
    assert_eq!(ada().patched(patch, at(9)), Ok(Changed::Unchanged));
}

#[test]
fn another_casing_of_the_same_email_is_a_change() {
    let patch = UserPatch {
        email: Email::parse("Ada@example.org").ok(),
        ..UserPatch::default()
    };
    let (user, changes) = to(ada().patched(patch, at(9)).expect("ada is not deleted"));
    assert_eq!(
        (user.profile.email.reveal(), changes),
        ("Ada@example.org", vec![Change::personal("email")])
    );
}

#[test]
fn a_suspended_person_can_be_activated_deleted_and_restored() {
    let (suspended, _) = to(ada().suspended(at(1)).expect("ada is not deleted"));
    assert_eq!(suspended.status, Status::Suspended);
    assert_eq!(suspended.suspended(at(2)), Ok(Changed::Unchanged));
    let (active, _) = to(suspended.activated(at(2)).expect("not deleted"));
    assert_eq!(active.status, Status::Active);
    let (deleted, _) = to(suspended.deleted(at(3)));
    assert_eq!(deleted.status, Status::Deleted);
    let (restored, _) = to(deleted.restored(at(4)));
    assert_eq!(
        (restored.status, restored.version.number()),
        (Status::Active, 4)
    );
}

#[test]
fn a_deleted_person_is_neither_patched_nor_suspended_nor_activated() {
    let (deleted, _) = to(ada().deleted(at(1)));
    assert_eq!(deleted.patched(UserPatch::default(), at(2)), Err(IsDeleted));
    assert_eq!(deleted.suspended(at(2)), Err(IsDeleted));
    assert_eq!(deleted.activated(at(2)), Err(IsDeleted));
    assert_eq!(deleted.deleted(at(2)), Changed::Unchanged);
    assert_eq!(ada().restored(at(2)), Changed::Unchanged);
}

#[test]
fn time_does_not_run_backwards_for_a_row() {
    let (suspended, _) = to(ada().suspended(at(-5)).expect("ada is not deleted"));
    assert_eq!(suspended.updated_at, at(0));
}

#[test]
fn only_active_admins_administer() {
    let patch = UserPatch {
        role: Some(Role::Admin),
        ..UserPatch::default()
    };
    let (admin, _) = to(ada().patched(patch, at(1)).expect("ada is not deleted"));
    assert!(admin.is_active_admin() && !ada().is_active_admin());
    assert!(
        !to(admin.suspended(at(2)).expect("not deleted"))
            .0
            .is_active_admin()
    );
}

#[test]
fn members_may_change_names_phone_and_address_of_their_own() {
    assert!(
        UserPatch {
            phone: Some(None),
            ..UserPatch::default()
        }
        .is_self_service()
    );
    assert!(
        !UserPatch {
            role: Some(Role::Admin),
            ..UserPatch::default()
        }
        .is_self_service()
    );
    assert!(
        !UserPatch {
            email: Email::parse("a@b.cd").ok(),
            ..UserPatch::default()
        }
        .is_self_service()
    );
    assert!(
        !UserPatch {
            site_ids: Some(BTreeSet::new()),
            ..UserPatch::default()
        }
        .is_self_service()
    );
}

#[test]
fn debug_of_a_person_names_nobody() {
    let shown = format!("{:?}", ada());
    for secret in ["Ada", "Lovelace", "ada@", "0100"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Texts that stand in no field's name, no role and no id, so that finding one in a change is finding the value.
fn marked(prefix: &'static str) -> impl Strategy<Value = String> {
    "[A-Z][A-Z]{4,12}".prop_map(move |rest| format!("{prefix}{rest}"))
}

proptest! {
    /// What the trail keeps of a change is there for good: erasing a person leaves it as it is.
    #[test]
    fn what_is_personal_never_gets_into_a_change(
        given in marked("Q"), family in marked("W"), local in marked("X"), address in marked("Y"),
        phone in "[2-9]{9,12}", subject in marked("Z"), sites in prop::collection::btree_set(0..9_u128, 0..4),
    ) {
        let email = format!("{local}@example.org");
        let patch = UserPatch {
            given_name: GivenName::parse(&given).ok(),
            family_name: FamilyName::parse(&family).ok(),
            email: Email::parse(&email).ok(),
            phone: Some(Phone::parse(&phone).ok()),
            address: Some(Address::parse(&address).ok()),
            external_subject: Some(ExternalSubject::parse(&subject).ok()),
            role: Some(Role::Manager),
            site_ids: Some(sites.iter().map(|site| SiteId::new(Uuid::from_u128(*site))).collect()),
        };
        let (user, there) = to(ada().patched(patch, at(1)).expect("ada is not deleted"));
        let (_, back) = to(user.patched(as_is(&ada()), at(2)).expect("is not deleted"));
        let (_, gone) = to(user.deleted(at(3)));
        for change in there.iter().chain(&back).chain(&gone) {
            let plain = ["role", "site_ids", "status"].contains(&change.field.as_str());
            prop_assert_eq!(change.values.is_some(), plain, "{:?}", change);
            let told = format!("{change:?}");
            for value in [&given, &family, &local, &address, &phone, &subject] {
                prop_assert!(!told.contains(value.as_str()), "{}", told);
            }
            for value in ["Ada", "Lovelace", "ada@example.org", "555 0100"] {
                prop_assert!(!told.contains(value), "{}", told);
            }
        }
        prop_assert!(there.len() >= 7, "{:?}", there);
    }
}

/// A patch that makes anybody like this person.
fn as_is(user: &User) -> UserPatch {
    let profile = user.profile.clone();
    UserPatch {
        given_name: Some(profile.given_name),
        family_name: Some(profile.family_name),
        email: Some(profile.email),
        phone: Some(profile.phone),
        address: Some(profile.address),
        external_subject: Some(profile.external_subject),
        role: Some(profile.role),
        site_ids: Some(profile.site_ids),
    }
}
