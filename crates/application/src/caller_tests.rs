//! What each caller may.

use super::{Caller, Forbidden};
use crate::fixtures::{site_id, user, user_at, user_id};
use domain::accounts::{Role, Scope, Scopes, UserPatch};
use domain::ids::{KeyId, UserId};
use uuid::Uuid;

fn key(scopes: &[Scope]) -> Caller {
    let scopes = scopes.iter().copied().collect::<Scopes>();
    Caller::key(KeyId::new(Uuid::nil()), scopes)
}

fn caller(role: Role) -> Caller {
    Caller::signed_in(UserId::new(Uuid::nil()), role)
}

#[test]
fn managers_and_admins_manage_people() {
    assert_eq!(caller(Role::Manager).must_manage_people(), Ok(()));
    assert_eq!(caller(Role::Admin).must_manage_people(), Ok(()));
    assert_eq!(
        caller(Role::Member).must_manage_people(),
        Err(Forbidden::Role {
            needed: Role::Manager
        })
    );
    assert_eq!(
        Caller::ANONYMOUS.must_manage_people(),
        Err(Forbidden::Anonymous)
    );
}

#[test]
fn only_admins_make_managers_and_admins() {
    assert_eq!(caller(Role::Manager).must_give(Role::Member), Ok(()));
    for role in [Role::Manager, Role::Admin] {
        assert_eq!(
            caller(Role::Manager).must_give(role),
            Err(Forbidden::Role {
                needed: Role::Admin
            })
        );
        assert_eq!(caller(Role::Admin).must_give(role), Ok(()));
    }
}

#[test]
fn a_key_acts_as_a_manager_in_what_its_scopes_name_and_nowhere_else() {
    for scope in Scope::ALL {
        let key = key(&[*scope]);
        for other in Scope::ALL {
            let needed = Forbidden::Scope { needed: *other };
            let acting = key.within(*other).map(|caller| caller.must_manage_people());
            let expected = if other == scope {
                Ok(Ok(()))
            } else {
                Err(needed)
            };
            assert_eq!(acting, expected, "{scope:?} {other:?}");
        }
        assert_eq!(key.must_manage_people(), Err(Forbidden::Key));
    }
    let person = caller(Role::Member);
    assert_eq!(person.within(Scope::UsersWrite), Ok(person));
    let nobody = Caller::ANONYMOUS;
    assert_eq!(nobody.within(Scope::UsersWrite), Ok(nobody));
}

#[test]
fn a_key_with_every_scope_is_no_person_gives_no_role_and_acts_on_members_only() {
    let key = key(Scope::ALL).within(Scope::UsersWrite).expect("has it");
    assert_eq!(key.must_be_a_person(), Err(Forbidden::Key));
    assert_eq!(key.must_be_on_a_device(), Err(Forbidden::Key));
    assert_eq!(key.must_be_admin(), Err(Forbidden::Key));
    assert_eq!(key.must_give(Role::Member), Ok(()));
    assert_eq!(key.must_manage(&user(2, Role::Member)), Ok(()));
    for role in [Role::Manager, Role::Admin] {
        assert_eq!(key.must_give(role), Err(Forbidden::Key));
        assert_eq!(key.must_manage(&user(2, role)), Err(Forbidden::Key));
    }
    assert!(
        !key.is(UserId::new(Uuid::nil())),
        "though the ids are alike"
    );
}

#[test]
fn only_a_person_has_things_of_their_own() {
    assert_eq!(Caller::SYSTEM.must_be_a_person(), Err(Forbidden::Anonymous));
    assert!(caller(Role::Member).is(UserId::new(Uuid::nil())));
    assert!(!caller(Role::Member).is(UserId::new(Uuid::max())));
}

fn moved(sites: &[u64]) -> UserPatch {
    UserPatch {
        site_ids: Some(sites.iter().map(|number| site_id(*number)).collect()),
        ..UserPatch::default()
    }
}

#[test]
fn a_manager_with_sites_acts_on_members_there_and_on_managers_who_reach_no_further() {
    let manager = caller(Role::Manager).at([site_id(1), site_id(2)].into());
    for (role, sites, expected) in [
        (Role::Member, &[1][..], Ok(())),
        (Role::Member, &[1, 3], Ok(())),
        (Role::Member, &[3], Err(Forbidden::Sites)),
        (Role::Member, &[], Err(Forbidden::Sites)),
        (Role::Manager, &[1], Ok(())),
        (Role::Manager, &[1, 2], Ok(())),
        (Role::Manager, &[1, 3], Err(Forbidden::Sites)),
        (Role::Manager, &[], Err(Forbidden::Sites)),
        (
            Role::Admin,
            &[1],
            Err(Forbidden::Role {
                needed: Role::Admin,
            }),
        ),
    ] {
        let sites: Vec<_> = sites.iter().map(|number| site_id(*number)).collect();
        let target = user_at(2, role, &sites);
        assert_eq!(manager.must_manage(&target), expected, "{role:?} {sites:?}");
        let everywhere = caller(Role::Admin).at([site_id(9)].into());
        assert_eq!(everywhere.must_manage(&target), Ok(()));
    }
}

#[test]
fn a_manager_moves_members_between_their_own_sites() {
    let manager = caller(Role::Manager).at([site_id(1), site_id(2)].into());
    let member = user_at(2, Role::Member, &[site_id(1), site_id(3)]);
    for (to, expected) in [
        (&[2, 3][..], Ok(())),
        (&[3], Ok(())),
        (&[1], Err(Forbidden::Sites)),
        (&[1, 3, 4], Err(Forbidden::Sites)),
        (&[], Err(Forbidden::Sites)),
    ] {
        assert_eq!(manager.must_change(&member, &moved(to)), expected, "{to:?}");
    }
}

#[test]
fn only_admins_change_where_a_manager_acts_and_nobody_widens_their_own_reach() {
    let needed = Err(Forbidden::Role {
        needed: Role::Admin,
    });
    let colleague = user_at(2, Role::Manager, &[site_id(1)]);
    let own = user_at(1, Role::Manager, &[site_id(1)]);
    let limited = Caller::signed_in(user_id(1), Role::Manager).at([site_id(1)].into());
    let unlimited = caller(Role::Manager);
    for to in [&[][..], &[2], &[1, 2]] {
        assert_eq!(limited.must_change(&own, &moved(to)), needed, "{to:?}");
        assert_eq!(limited.must_change(&colleague, &moved(to)), needed);
        assert_eq!(unlimited.must_change(&colleague, &moved(to)), needed);
        assert_eq!(
            caller(Role::Admin).must_change(&colleague, &moved(to)),
            Ok(())
        );
    }
    // What is said and is so already changes nothing.
    assert_eq!(limited.must_change(&own, &moved(&[1])), Ok(()));
    let member = Caller::signed_in(user_id(1), Role::Member).at([site_id(1)].into());
    let own = user_at(1, Role::Member, &[site_id(1)]);
    let needed = Err(Forbidden::Role {
        needed: Role::Manager,
    });
    assert_eq!(member.must_change(&own, &moved(&[1, 2])), needed);
}

#[test]
fn members_meet_those_at_their_sites_and_see_none_of_them() {
    let member = caller(Role::Member).at([site_id(1)].into());
    let (here, there) = (
        user_at(2, Role::Member, &[site_id(1), site_id(2)]),
        user_at(3, Role::Member, &[site_id(2)]),
    );
    assert!(member.meets(&here) && !member.meets(&there));
    assert!(!member.sees(&here) && !member.sees(&there));
    let (nowhere, nobody) = (caller(Role::Member), Caller::ANONYMOUS);
    assert!(!nowhere.meets(&user(2, Role::Member)) && !nobody.meets(&here));
    let manager = caller(Role::Manager).at([site_id(1)].into());
    assert!(manager.sees(&here) && !manager.sees(&there));
    assert!(caller(Role::Manager).sees(&user(2, Role::Member)));
}
