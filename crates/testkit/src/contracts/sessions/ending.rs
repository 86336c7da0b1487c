//! Signing devices out, and what else does so.

use super::{entered, found, opened, told, trail};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, an_id, an_invitation, moment};
use domain::accounts::users::Changed;
use domain::accounts::{Status, User};
use domain::audit::{Action, Audit};
use domain::ids::{SessionId, UserId};
use ports::accounts::{AccessChange, ChangePasswordError, Devices, PasswordHash};
use std::time::Duration;

fn hash(name: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1${name}"))
}

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
    let invited = db.credentials.invite(&invitation, &a_commit()).await;
    invited.expect("can be invited");
    assert!(
        found(db, session.id).await.is_some(),
        "nothing was used yet"
    );
    let redeemed = db
        .credentials
        .redeem(&invitation.code, &hash("a"), &a_commit())
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
    assert_eq!(
        db.credentials.password(user.id).await.expect("can be read"),
        None
    );
    for name in ["a", "b"] {
        let changed = db
            .credentials
            .change_password(user.id, &hash(name), kept.id, &commit)
            .await;
        changed.expect("is active");
        let password = db.credentials.password(user.id).await;
        assert_eq!(password.expect("can be read"), Some(hash(name)));
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
        let outcome = db
            .credentials
            .change_password(id, &hash("a"), keep, &a_commit())
            .await;
        assert!(
            matches!(outcome, Err(ChangePasswordError::NotActive)),
            "{outcome:?}"
        );
        assert_eq!(
            db.credentials.password(id).await.expect("can be read"),
            None
        );
    }
}
