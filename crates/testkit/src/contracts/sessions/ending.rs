//! Signing devices out, and what else does so.

use super::{entered, first_password, found, opened, told, trail};
use crate::Repositories;
use crate::builders::{
    CommitWith, a_commit, a_password, a_user, an_id, an_invitation, moment, sign_in,
};
use domain::accounts::users::Changed;
use domain::accounts::{Status, User};
use domain::audit::{Action, Audit};
use domain::ids::{SessionId, UserId};
use ports::accounts::{AccessChange, ChangePasswordError, Devices, PasswordHash};
use std::time::Duration;

/// Once; what is not there ends nothing and leaves no record.
pub async fn one_device_is_signed_out(db: &Repositories) {
    let user = entered(db).await;
    let (one, other) = (opened(db, user.id).await, opened(db, user.id).await);
    let entry = Audit::of(Action::SessionEnded, user.id).about(one.id.uuid());
    let commit = a_commit().saying(entry.clone());
    let end = || db.sessions.end(user.id, Devices::One(one.id), &commit);
    assert_eq!(end().await.expect("can be written"), [one.id]);
    assert_eq!(end().await.expect("can be written"), []);
    assert_eq!(found(db, one.id).await, None);
    assert_eq!(found(db, other.id).await, Some(other));
    assert_eq!(told(db).await, [one.id]);
    assert_eq!(trail(db, user.id).await, [entry]);
}

/// Or all of them.
pub async fn all_devices_are_signed_out_but_one(db: &Repositories) {
    let user = entered(db).await;
    let (one, kept) = (opened(db, user.id).await, opened(db, user.id).await);
    let ended = db
        .sessions
        .end(user.id, Devices::AllBut(kept.id), &a_commit())
        .await;
    assert_eq!(ended.expect("can be written"), [one.id]);
    assert!(found(db, kept.id).await.is_some());
    let ended = db.sessions.end(user.id, Devices::All, &a_commit()).await;
    assert_eq!(ended.expect("can be written"), [kept.id]);
    assert_eq!(told(db).await, [one.id, kept.id]);
}

/// Whatever is asked for.
pub async fn other_peoples_devices_are_nobodys_business(db: &Repositories) {
    let (user, other) = (entered(db).await, entered(db).await);
    let theirs = opened(db, other.id).await;
    for devices in [Devices::One(theirs.id), Devices::All] {
        let ended = db.sessions.end(user.id, devices, &a_commit()).await;
        assert_eq!(ended.expect("can be written"), []);
    }
    assert_eq!(found(db, theirs.id).await, Some(theirs));
}

async fn save(db: &Repositories, old: &User, new: Changed) -> User {
    let Changed::To(new, _) = new else {
        panic!("nothing changed")
    };
    let saved = db.users.save(&new, old.version, &a_commit()).await;
    saved.expect("can be saved");
    *new
}

/// Not even when they are back; and everybody is told of every version of a person.
pub async fn a_person_who_is_not_active_any_more_has_no_sessions(db: &Repositories) {
    for status in [Status::Suspended, Status::Deleted] {
        let user = entered(db).await;
        let session = opened(db, user.id).await;
        let gone = match status {
            Status::Suspended => user.suspended(moment(1)).expect("is active"),
            _ => user.deleted(moment(1)),
        };
        let gone = save(db, &user, gone).await;
        assert_eq!(found(db, session.id).await, None, "{status:?}");
        assert!(told(db).await.contains(&session.id), "{status:?}");
        let changes = db.access.within(Duration::from_secs(60)).await;
        let changes = changes.expect("can be read");
        assert!(
            changes.contains(&AccessChange::User(user.id, gone.version)),
            "{changes:?}"
        );
    }
}

/// Whoever knew the old password may be signed in with it.
pub async fn an_invitation_signs_every_device_out(db: &Repositories) {
    let user = entered(db).await;
    let session = opened(db, user.id).await;
    let invitation = an_invitation(user.id);
    let invited = db.credentials.invite(&invitation, None, &a_commit()).await;
    invited.expect("can be invited");
    assert!(
        found(db, session.id).await.is_some(),
        "nothing was used yet"
    );
    let redeemed = db
        .credentials
        .redeem(&invitation.code, &a_password("a"), &a_commit())
        .await;
    redeemed.expect("is open");
    assert_eq!(found(db, session.id).await, None);
    assert_eq!(told(db).await, [session.id]);
}

/// The device in hand stays.
pub async fn a_changed_password_signs_the_other_devices_out(db: &Repositories) {
    let user = entered(db).await;
    let (other, kept) = (opened(db, user.id).await, opened(db, user.id).await);
    let entry = Audit::of(Action::PasswordChanged, user.id);
    let commit = a_commit().saying(entry.clone());
    let names = ["first", "a", "b"].map(a_password);
    for [checked, new] in names.array_windows() {
        let changed = db
            .credentials
            .change_password(user.id, checked, new, kept.id, &commit)
            .await;
        changed.expect("is active");
        assert_eq!(password(db, user.id).await.as_ref(), Some(new));
    }
    assert_eq!(found(db, other.id).await, None);
    assert!(found(db, kept.id).await.is_some());
    assert_eq!(told(db).await, [other.id]);
    assert_eq!(trail(db, user.id).await, [entry.clone(), entry]);
}

/// Nobody else has anything changed.
pub async fn only_active_people_change_their_password(db: &Repositories) {
    let suspended = a_user().with_status(Status::Suspended).build();
    let added = db.users.add(&suspended, &a_commit()).await;
    added.expect("nothing is in the way");
    for id in [suspended.id, UserId::new(an_id())] {
        let keep = SessionId::new(an_id());
        let (old, new) = (first_password(), a_password("a"));
        let outcome = db
            .credentials
            .change_password(id, &old, &new, keep, &a_commit())
            .await;
        assert!(
            matches!(outcome, Err(ChangePasswordError::NotActive)),
            "{outcome:?}"
        );
        assert_eq!(password(db, id).await, None);
    }
}

/// Somebody else may have replaced it since, for instance by an invitation.
pub async fn only_the_password_that_was_checked_is_changed(db: &Repositories) {
    let user = entered(db).await;
    let present = a_password("second");
    let session = sign_in(db, user.id, "second").await;
    let (old, new) = (first_password(), a_password("third"));
    let outcome = db
        .credentials
        .change_password(user.id, &old, &new, session.id, &a_commit())
        .await;
    assert!(
        matches!(outcome, Err(ChangePasswordError::Replaced)),
        "{outcome:?}"
    );
    assert_eq!(password(db, user.id).await, Some(present));
    assert!(found(db, session.id).await.is_some());
}

/// Nor does somebody else's.
pub async fn a_device_that_was_signed_out_changes_no_password(db: &Repositories) {
    let (user, other) = (entered(db).await, entered(db).await);
    let (over, theirs) = (opened(db, user.id).await, opened(db, other.id).await);
    let ended = db.sessions.end(user.id, Devices::All, &a_commit()).await;
    assert_eq!(ended.expect("can be written"), [over.id]);
    let (old, new) = (first_password(), a_password("second"));
    for keep in [over.id, theirs.id, SessionId::new(an_id())] {
        let outcome = db
            .credentials
            .change_password(user.id, &old, &new, keep, &a_commit())
            .await;
        assert!(
            matches!(outcome, Err(ChangePasswordError::SignedOut)),
            "{outcome:?}"
        );
    }
    assert_eq!(password(db, user.id).await, Some(old));
}

/// Whoever has the code would have the last word otherwise.
pub async fn a_changed_password_voids_the_invitation(db: &Repositories) {
    let user = entered(db).await;
    let kept = opened(db, user.id).await;
    let invitation = an_invitation(user.id);
    let invited = db.credentials.invite(&invitation, None, &a_commit()).await;
    invited.expect("can be invited");
    let (old, new) = (first_password(), a_password("second"));
    let changed = db
        .credentials
        .change_password(user.id, &old, &new, kept.id, &a_commit())
        .await;
    changed.expect("is theirs");
    let left = db.credentials.invitation(&invitation.code).await;
    assert_eq!(left.expect("can be read"), None);
}

async fn password(db: &Repositories, user: UserId) -> Option<PasswordHash> {
    let found = db.credentials.password(user).await;
    found.expect("can be read")
}
