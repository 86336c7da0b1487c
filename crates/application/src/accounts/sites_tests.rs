//! Managers act for their sites: one case a use case, for somebody beyond them, and for a manager who reaches further.

use super::images::{DeleteImages, DeleteImagesError, FindImage, FindImageError};
use super::{
    ChangeStatus, ChangeStatusError, ChangeUser, ChangeUserError, ExportUser, ExportUserError,
    FindUser, FindUserError, Invite, InviteUserError, ListUsers, ReadAuditTrail,
    ReadAuditTrailError, RegisterUser, RegisterUserError, RegisterUsers, RegisterUsersError,
    StatusChange,
};
use crate::fixtures::{
    at_sites, clock, following, ids, image, image_id, profile, site_id, user_at, user_id, version,
};
use crate::{Forbidden, Request};
use domain::accounts::{Email, NewUser, Role, User, UserFilter, UserPatch};
use ports::accounts::{
    BatchMode, MockAuditTrail, MockCredentialRepository, MockImageRepository, MockOneTimeCodes,
    MockUserRepository,
};
use std::sync::Arc;

/// A manager of the first site.
fn manager() -> Request {
    at_sites(Role::Manager, &[site_id(1)])
}

fn holding(found: User) -> Arc<MockUserRepository> {
    let mut users = MockUserRepository::new();
    users
        .expect_find()
        .returning(move |_| Ok(Some(Arc::new(found.clone()))));
    Arc::new(users)
}

/// `true` for missing, `false` for beyond the manager's sites; nothing else is right.
macro_rules! is_missing {
    ($error:ident, $outcome:expr) => {
        match $outcome {
            Err($error::Missing) => true,
            Err($error::Forbidden(Forbidden::Sites)) => false,
            other => panic!("{other:?}"),
        }
    };
}

/// What each use case answers that changes one person, by name.
async fn changing(person: User) -> Vec<(&'static str, bool)> {
    let (users, manager, id) = (holding(person), manager(), user_id(2));
    let change = ChangeUser {
        users: users.clone(),
        clock: clock(),
    };
    let patch = UserPatch {
        email: Email::parse("taken-over@example.org").ok(),
        ..UserPatch::default()
    };
    let change = change.run(&manager, id, version(1), patch).await;
    let status = ChangeStatus {
        users: users.clone(),
        access: following().0,
        clock: clock(),
    };
    let status = status.run(&manager, id, StatusChange::Suspend).await;
    let invite = Invite {
        users: users.clone(),
        credentials: Arc::new(MockCredentialRepository::new()),
        codes: Arc::new(MockOneTimeCodes::new()),
        ids: ids(),
        clock: clock(),
    };
    let invite = invite.run(&manager, id).await;
    let photos = DeleteImages {
        users,
        images: Arc::new(MockImageRepository::new()),
        clock: clock(),
    };
    let photos = photos.all(&manager, id).await;
    vec![
        ("change", is_missing!(ChangeUserError, change)),
        ("status", is_missing!(ChangeStatusError, status)),
        ("invite", is_missing!(InviteUserError, invite)),
        ("photos", is_missing!(DeleteImagesError, photos)),
    ]
}

/// What each use case answers that tells more than the row of one person, by name.
async fn telling(person: User) -> Vec<(&'static str, bool)> {
    let (users, manager, id) = (holding(person), manager(), user_id(2));
    let export = ExportUser {
        users: users.clone(),
        parts: Arc::new([]),
        clock: clock(),
    };
    let export = export.run(&manager, id).await;
    let trail = ReadAuditTrail {
        users,
        trail: Arc::new(MockAuditTrail::new()),
    };
    let trail = trail.run(&manager, id, None, 1).await;
    vec![
        ("export", is_missing!(ExportUserError, export)),
        ("trail", is_missing!(ReadAuditTrailError, trail)),
    ]
}

async fn refusals(person: User) -> Vec<(&'static str, bool)> {
    let changing = changing(person.clone()).await;
    [changing, telling(person).await].concat()
}

#[tokio::test]
async fn whoever_works_elsewhere_or_nowhere_is_missing() {
    for sites in [&[][..], &[site_id(2)]] {
        for role in Role::ALL {
            for (name, missing) in refusals(user_at(2, *role, sites)).await {
                assert!(missing, "{name} {role:?} {sites:?}");
            }
            let users = holding(user_at(2, *role, sites));
            let found = FindUser { users }.run(&manager(), user_id(2)).await;
            assert!(matches!(found, Err(FindUserError::Missing)), "{role:?}");
        }
    }
}

#[tokio::test]
async fn a_manager_who_reaches_further_is_seen_and_not_acted_on() {
    let further = user_at(2, Role::Manager, &[site_id(1), site_id(2)]);
    for (name, missing) in refusals(further.clone()).await {
        assert!(!missing, "{name}");
    }
    let users = holding(further);
    assert!(FindUser { users }.run(&manager(), user_id(2)).await.is_ok());
}

#[tokio::test]
async fn the_directory_is_narrowed_to_those_whom_a_manager_reaches() {
    let mut users = MockUserRepository::new();
    users
        .expect_list()
        .withf(|filter, _, _| filter.within == Some([site_id(1)].into()))
        .returning(|_, _, _| Ok(Vec::new()));
    let users = Arc::new(users);
    let list = ListUsers { users };
    let page = list.run(&manager(), UserFilter::default(), None, 1).await;
    assert_eq!(page.unwrap().items, []);
}

fn entering(sites: &[u64]) -> NewUser {
    NewUser {
        site_ids: sites.iter().map(|number| site_id(*number)).collect(),
        ..profile(Role::Member)
    }
}

#[tokio::test]
async fn people_are_entered_at_the_manager_s_sites_alone() {
    for sites in [&[][..], &[2], &[1, 2]] {
        let users = Arc::new(MockUserRepository::new());
        let one = RegisterUser {
            users: users.clone(),
            ids: ids(),
            clock: clock(),
        };
        let outcome = one.run(&manager(), entering(sites)).await;
        assert!(
            matches!(outcome, Err(RegisterUserError::Forbidden(Forbidden::Sites))),
            "{sites:?} {outcome:?}"
        );
        let many = RegisterUsers {
            users,
            ids: ids(),
            clock: clock(),
        };
        let people = vec![entering(&[1]), entering(sites)];
        let outcome = many.run(&manager(), people, BatchMode::Partial).await;
        assert!(
            matches!(
                outcome,
                Err(RegisterUsersError::Forbidden(Forbidden::Sites))
            ),
            "{sites:?} {outcome:?}"
        );
    }
}

#[tokio::test]
async fn colleagues_see_the_avatar_and_no_other_photo() {
    let mut person = user_at(2, Role::Member, &[site_id(1)]);
    person.avatar = Some(image_id(4));
    let mut images = MockImageRepository::new();
    images
        .expect_find()
        .returning(|user, _| Ok(Some(image(1, user))));
    let find = FindImage {
        users: holding(person),
        images: Arc::new(images),
    };
    let here = at_sites(Role::Member, &[site_id(1), site_id(3)]);
    let elsewhere = at_sites(Role::Member, &[site_id(3)]);
    let id = user_id(2);
    assert_eq!(find.avatar(&here, id).await.unwrap(), image_id(4));
    assert!(find.to_look_at(&here, id, image_id(4)).await.is_ok());
    for outcome in [
        find.to_look_at(&here, id, image_id(5)).await,
        find.run(&here, id, image_id(4)).await,
        find.to_look_at(&elsewhere, id, image_id(4)).await,
        find.run(&elsewhere, id, image_id(4)).await,
    ] {
        assert!(matches!(outcome, Err(FindImageError::Missing)));
    }
    let outcome = find.avatar(&elsewhere, id).await;
    assert!(matches!(outcome, Err(FindImageError::Missing)));
}
