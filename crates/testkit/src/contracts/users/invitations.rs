//! Which changes of a person void what they are invited by.

use super::save::{with_email, with_role};
use super::{changed, enter};
use crate::Repositories;
use crate::builders::{a_commit, a_user, an_invitation, moment};
use domain::Digest;
use domain::accounts::{Phone, Role, Status, User, UserPatch};

async fn invited(db: &Repositories) -> (User, Digest) {
    let user = a_user().build();
    enter(db, &user).await;
    let invitation = an_invitation(user.id);
    let invited = db.credentials.invite(&invitation, None, &a_commit()).await;
    invited.expect("can be invited");
    (user, invitation.code)
}

async fn saved(db: &Repositories, old: &User, new: &User) {
    let saved = db.users.save(new, old.version, &a_commit()).await;
    saved.expect("can be saved");
}

async fn is_open(db: &Repositories, code: &Digest) -> bool {
    let found = db.credentials.invitation(code).await;
    found.expect("can be read").is_some()
}

fn patched(user: &User, patch: UserPatch) -> User {
    changed(user.patched(patch, moment(1)).expect("is not deleted"))
}

/// It was meant for the person as they were: whoever has the code would get another role, or what belongs to another
/// address.
pub async fn another_role_or_email_voids_an_invitation(db: &Repositories) {
    for change in [
        |user: &User| with_email(user, "somewhere-else@example.org"),
        |user: &User| with_role(user, Role::Admin),
    ] {
        let (user, code) = invited(db).await;
        let new = change(&user);
        saved(db, &user, &new).await;
        assert!(!is_open(db, &code).await, "{new:?}");
    }
}

/// And sets no password, also when they are back.
pub async fn who_goes_is_not_invited_any_more(db: &Repositories) {
    for status in [Status::Suspended, Status::Deleted] {
        let (user, code) = invited(db).await;
        let (gone, back) = match status {
            Status::Suspended => {
                let gone = changed(user.suspended(moment(1)).expect("is there"));
                let back = gone.activated(moment(2)).expect("is there");
                (gone, changed(back))
            }
            _ => {
                let gone = changed(user.deleted(moment(1)));
                let back = changed(gone.restored(moment(2)));
                (gone, back)
            }
        };
        saved(db, &user, &gone).await;
        saved(db, &gone, &back).await;
        assert!(!is_open(db, &code).await, "{status:?}");
    }
}

/// A telephone number is nobody's right.
pub async fn other_changes_leave_an_invitation_open(db: &Repositories) {
    let (user, code) = invited(db).await;
    let patch = UserPatch {
        phone: Some(Phone::parse("555 0100").ok()),
        ..UserPatch::default()
    };
    saved(db, &user, &patched(&user, patch)).await;
    assert!(is_open(db, &code).await);
}
