//! The first admin of an empty installation.

use super::{DAY, entered, hash, invited, is_open, password};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_set_up_link, a_user, moment};
use domain::accounts::{Role, Status};
use domain::audit::{Action, Audit};
use ports::accounts::{InviteError, RedeemError};
use std::sync::Arc;

/// The set-up link makes the first admin, once.
pub async fn the_set_up_link_makes_the_first_admin(db: &Repositories) {
    let link = a_set_up_link();
    db.credentials
        .invite(&link, None, &a_commit())
        .await
        .expect("nobody is there");
    assert_eq!(
        db.credentials
            .invitation(&link.code)
            .await
            .expect("can be read"),
        Some(link.clone())
    );
    let admin = a_user().with_role(Role::Admin).build();
    let commit = a_commit().saying(Audit::of(Action::UserRegistered, admin.id));
    db.credentials
        .redeem_setup(&link.code, &admin, &hash("a"), &commit)
        .await
        .expect("is open");
    assert_eq!(
        db.users.find(admin.id).await.expect("can be read"),
        Some(Arc::new(admin.clone()))
    );
    assert_eq!(password(db, &admin).await, Some(hash("a")));
    assert_eq!(
        db.audit
            .of_user(admin.id, None, 9)
            .await
            .expect("can be read")
            .len(),
        1
    );
    let again = db
        .credentials
        .redeem_setup(&link.code, &a_user().build(), &hash("b"), &a_commit())
        .await;
    assert!(matches!(again, Err(RedeemError::Void)), "{again:?}");
    let another = db
        .credentials
        .invite(&a_set_up_link(), None, &a_commit())
        .await;
    assert!(
        matches!(another, Err(InviteError::AlreadySetUp)),
        "{another:?}"
    );
}

/// By nobody: a deleted person was entered, too.
pub async fn the_set_up_link_is_void_once_somebody_was_entered(db: &Repositories) {
    let link = a_set_up_link();
    db.credentials
        .invite(&link, None, &a_commit())
        .await
        .expect("nobody is there");
    entered(db, a_user().with_status(Status::Deleted).build()).await;
    let admin = a_user().build();
    let outcome = db
        .credentials
        .redeem_setup(&link.code, &admin, &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
    assert_eq!(db.users.find(admin.id).await.expect("can be read"), None);
}

/// Of several starts of an empty installation only the last one's link works.
pub async fn a_later_set_up_link_voids_the_earlier(db: &Repositories) {
    let links = [a_set_up_link(), a_set_up_link()];
    for link in &links {
        db.credentials
            .invite(link, None, &a_commit())
            .await
            .expect("nobody is there");
    }
    assert!(!is_open(db, &links[0].code).await && is_open(db, &links[1].code).await);
    let late = a_commit().at(moment(3 * DAY));
    let outcome = db
        .credentials
        .redeem_setup(&links[1].code, &a_user().build(), &hash("a"), &late)
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
}

/// Neither kind does the other's work.
pub async fn the_two_kinds_of_invitation_do_not_mix(db: &Repositories) {
    let link = a_set_up_link();
    db.credentials
        .invite(&link, None, &a_commit())
        .await
        .expect("nobody is there");
    let outcome = db
        .credentials
        .redeem(&link.code, &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
    let user = entered(db, a_user().build()).await;
    let invitation = invited(db, user.id).await;
    let outcome = db
        .credentials
        .redeem_setup(&invitation.code, &a_user().build(), &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
    assert!(is_open(db, &invitation.code).await);
}

/// Of many who set the installation up at once one does.
pub async fn of_two_setting_up_at_once_one_wins(db: &Repositories) {
    let link = a_set_up_link();
    db.credentials
        .invite(&link, None, &a_commit())
        .await
        .expect("nobody is there");
    let (commit, hash) = (a_commit(), hash("a"));
    let admins = [(); 4].map(|()| a_user().with_role(Role::Admin).build());
    let attempts = admins.iter().map(|admin| {
        db.credentials
            .redeem_setup(&link.code, admin, &hash, &commit)
    });
    let outcomes = futures::future::join_all(attempts).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
}
