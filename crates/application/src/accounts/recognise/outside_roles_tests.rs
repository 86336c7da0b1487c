//! When a row follows the role that others give, and when it does not.

use super::{ATTEMPTS, LOWERED_EVERY, OutsideRoles};
use crate::accounts::AuthenticateError;
use crate::fixtures::{fault, now, user, user_id, version};
use domain::accounts::{Email, Role, Status, User};
use domain::actors::Principal;
use domain::audit::Action;
use domain::events::EventKind;
use jiff::SignedDuration;
use ports::accounts::{MockUserRepository, SaveUserError};
use ports::{Clock, Fault, MockClock};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

/// What the clock says, in seconds after now.
#[derive(Clone, Default)]
struct Watch(Arc<AtomicI64>);

impl Watch {
    fn at(&self, after: SignedDuration) {
        self.0.store(after.as_secs(), Ordering::SeqCst);
    }

    fn clock(&self) -> Arc<dyn Clock> {
        let (mut clock, seconds) = (MockClock::new(), Arc::clone(&self.0));
        clock
            .expect_now()
            .returning(move || now() + SignedDuration::from_secs(seconds.load(Ordering::SeqCst)));
        Arc::new(clock)
    }
}

/// Roles that are saved go into a row of their own.
fn kept(found: User) -> (OutsideRoles, Arc<Mutex<User>>, Watch) {
    let row = Arc::new(Mutex::new(found));
    let (saved, read) = (Arc::clone(&row), Arc::clone(&row));
    let mut users = MockUserRepository::new();
    users.expect_save().returning(move |user, seen, _| {
        let mut row = saved.lock().unwrap();
        if row.version != seen {
            return Err(SaveUserError::Outdated(row.version));
        }
        *row = user.clone();
        Ok(())
    });
    users
        .expect_find()
        .returning(move |_| Ok(Some(Arc::new(read.lock().unwrap().clone()))));
    let watch = Watch::default();
    (
        OutsideRoles::new(Arc::new(users), watch.clock()),
        row,
        watch,
    )
}

/// Every attempt to save ends like this.
fn refusing(times: u32, error: fn() -> SaveUserError, then: Option<User>) -> OutsideRoles {
    let mut users = MockUserRepository::new();
    users
        .expect_save()
        .times(times as usize)
        .returning(move |_, _, _| Err(error()));
    users
        .expect_find()
        .returning(move |_| Ok(then.clone().map(Arc::new)));
    OutsideRoles::new(Arc::new(users), Watch::default().clock())
}

fn somebody(role: Role) -> Arc<User> {
    Arc::new(user(7, role))
}

#[tokio::test]
async fn a_greater_role_is_written_by_the_system_with_version_entry_and_event() {
    let mut users = MockUserRepository::new();
    users
        .expect_save()
        .times(1)
        .withf(|user, seen, commit| {
            let change = &commit.audit[0].changes[0];
            let values = change.values.as_ref().unwrap();
            user.profile.role == Role::Admin
                && (*seen, user.version) == (version(1), version(2))
                && commit.by == Principal::System
                && commit.claim.is_none()
                && commit.audit[0].action == Action::UserChanged
                && change.field == "role"
                && values.before.as_deref() == Some("member")
                && values.after.as_deref() == Some("admin")
                && commit.events[0].kind == EventKind::UserChanged
                && commit.events[0].version == Some(version(2))
        })
        .returning(|_, _, _| Ok(()));
    let roles = OutsideRoles::new(Arc::new(users), Watch::default().clock());
    let changed = roles.follow(somebody(Role::Member), Role::Admin).await;
    let changed = changed.unwrap();
    assert_eq!(
        (changed.id, changed.profile.role, changed.version),
        (user_id(7), Role::Admin, version(2))
    );
}

#[tokio::test]
async fn the_same_role_is_not_written_and_neither_is_that_of_somebody_who_is_out() {
    let roles = OutsideRoles::new(
        Arc::new(MockUserRepository::new()),
        Watch::default().clock(),
    );
    let same = roles.follow(somebody(Role::Manager), Role::Manager).await;
    assert_eq!(same.unwrap().version, version(1));
    let out = Arc::new(User {
        status: Status::Suspended,
        ..user(7, Role::Member)
    });
    let out = roles.follow(out, Role::Admin).await.unwrap();
    assert_eq!(out.profile.role, Role::Member);
}

#[tokio::test]
async fn somebody_is_lowered_once_a_minute_and_raised_whenever_it_is_due() {
    let (roles, row, watch) = kept(user(7, Role::Admin));
    let follow = async |role| {
        let now = Arc::new(row.lock().unwrap().clone());
        roles.follow(now, role).await.unwrap().profile.role
    };
    assert_eq!(follow(Role::Member).await, Role::Member);
    assert_eq!(follow(Role::Admin).await, Role::Admin);
    for _ in 0..3 {
        assert_eq!(follow(Role::Member).await, Role::Admin);
    }
    assert_eq!(row.lock().unwrap().version, version(3));
    watch.at(LOWERED_EVERY - SignedDuration::from_secs(1));
    assert_eq!(follow(Role::Manager).await, Role::Admin);
    watch.at(LOWERED_EVERY);
    assert_eq!(follow(Role::Manager).await, Role::Manager);
    // A clock that was put back does not keep somebody up.
    assert_eq!(follow(Role::Admin).await, Role::Admin);
    watch.at(SignedDuration::ZERO);
    assert_eq!(follow(Role::Member).await, Role::Member);
}

#[tokio::test]
async fn what_others_wrote_meanwhile_is_read_first() {
    let (roles, row, _) = kept(User {
        version: version(4),
        ..user(7, Role::Member)
    });
    let raised = roles.follow(somebody(Role::Member), Role::Admin).await;
    assert_eq!(raised.unwrap().version, version(5));
    // Who was raised by another request needs nothing any more.
    let again = roles.follow(somebody(Role::Member), Role::Admin).await;
    assert_eq!(again.unwrap().version, version(5));
    assert_eq!(row.lock().unwrap().profile.role, Role::Admin);
}

#[tokio::test]
async fn the_last_admin_stays_one_and_is_served() {
    let roles = refusing(1, || SaveUserError::LastAdmin, None);
    for _ in 0..2 {
        let served = roles.follow(somebody(Role::Admin), Role::Member).await;
        assert_eq!(served.unwrap().profile.role, Role::Admin);
    }
}

#[tokio::test]
async fn a_fault_fails_who_is_raised_and_not_who_is_lowered() {
    let roles = refusing(2, || fault().into(), None);
    let raised = roles.follow(somebody(Role::Member), Role::Admin).await;
    assert!(
        matches!(
            raised,
            Err(AuthenticateError::Fault(Fault::Unavailable { .. }))
        ),
        "{raised:?}"
    );
    let lowered = roles.follow(somebody(Role::Admin), Role::Member).await;
    assert_eq!(lowered.unwrap().profile.role, Role::Admin);
    let email = || SaveUserError::EmailTaken(Email::parse("ada@example.org").unwrap());
    let odd = refusing(1, email, None);
    let odd = odd.follow(somebody(Role::Member), Role::Admin).await;
    assert!(
        matches!(odd, Err(AuthenticateError::Fault(Fault::Broken { .. }))),
        "{odd:?}"
    );
}

#[tokio::test]
async fn it_is_tried_again_and_given_up_in_the_end() {
    let outdated = || SaveUserError::Outdated(version(9));
    let roles = refusing(ATTEMPTS, outdated, Some(user(7, Role::Member)));
    let raised = roles.follow(somebody(Role::Member), Role::Admin).await;
    assert!(
        matches!(
            raised,
            Err(AuthenticateError::Fault(Fault::Unavailable { .. }))
        ),
        "{raised:?}"
    );
    let roles = refusing(ATTEMPTS, outdated, Some(user(7, Role::Admin)));
    let lowered = roles.follow(somebody(Role::Admin), Role::Member).await;
    assert_eq!(lowered.unwrap().profile.role, Role::Admin);
}

#[tokio::test]
async fn somebody_who_went_meanwhile_is_unknown() {
    for error in [
        || SaveUserError::Missing,
        || SaveUserError::Erased,
        || SaveUserError::Outdated(version(2)),
    ] {
        let roles = refusing(1, error, None);
        let gone = roles.follow(somebody(Role::Member), Role::Admin).await;
        assert!(matches!(gone, Err(AuthenticateError::Unknown)), "{gone:?}");
    }
}
