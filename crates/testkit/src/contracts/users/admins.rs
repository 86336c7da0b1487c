//! Somebody must be left who can administer the installation.

use super::save::{save, with_email, with_role};
use super::{changed, enter, stored};
use crate::Repositories;
use crate::builders::{a_user, moment};
use domain::accounts::{Role, Status};
use ports::accounts::SaveUserError;

/// Neither demoted nor suspended nor deleted, whatever other admins there are who cannot act.
pub async fn the_last_active_admin_stays_one(db: &Repositories) {
    let admin = a_user().with_role(Role::Admin).build();
    enter(db, &admin).await;
    enter(
        db,
        &a_user()
            .with_role(Role::Admin)
            .with_status(Status::Suspended)
            .build(),
    )
    .await;
    enter(
        db,
        &a_user()
            .with_role(Role::Admin)
            .with_status(Status::Deleted)
            .build(),
    )
    .await;
    enter(db, &a_user().with_role(Role::Manager).build()).await;
    let demoted = with_role(&admin, Role::Manager);
    let suspended = changed(admin.suspended(moment(1)).expect("is not deleted"));
    let deleted = changed(admin.deleted(moment(1)));
    for new in [demoted, suspended, deleted] {
        let outcome = save(db, &admin, &new).await;
        assert!(
            matches!(outcome, Err(SaveUserError::LastAdmin)),
            "{outcome:?}"
        );
    }
    assert_eq!(stored(db, admin.id).await, admin);
}

/// The other one is left.
pub async fn one_of_two_admins_may_go(db: &Repositories) {
    let [one, other] = [(); 2].map(|()| a_user().with_role(Role::Admin).build());
    enter(db, &one).await;
    enter(db, &other).await;
    save(db, &one, &changed(one.deleted(moment(1))))
        .await
        .expect("one is left");
    let outcome = save(db, &other, &changed(other.deleted(moment(1)))).await;
    assert!(
        matches!(outcome, Err(SaveUserError::LastAdmin)),
        "{outcome:?}"
    );
}

/// Checked in the transaction, not before it.
pub async fn of_two_admins_going_at_once_one_stays(db: &Repositories) {
    let admins = [(); 4].map(|()| a_user().with_role(Role::Admin).build());
    for admin in &admins {
        enter(db, admin).await;
    }
    let demoted = admins
        .each_ref()
        .map(|admin| with_role(admin, Role::Member));
    let saves = admins
        .iter()
        .zip(&demoted)
        .map(|(old, new)| save(db, old, new));
    let outcomes = futures::future::join_all(saves).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        3,
        "{outcomes:?}"
    );
    let last = |outcome: &&Result<_, _>| matches!(outcome, Err(SaveUserError::LastAdmin));
    assert_eq!(outcomes.iter().filter(last).count(), 1, "{outcomes:?}");
}

/// As long as they stay an active admin.
pub async fn the_last_admin_may_change_otherwise(db: &Repositories) {
    let admin = a_user().with_role(Role::Admin).build();
    enter(db, &admin).await;
    save(db, &admin, &with_email(&admin, "root@example.org"))
        .await
        .expect("can be saved");
}
