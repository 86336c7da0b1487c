//! What every keeper of invitations and passwords promises.

mod passwords;
mod set_up;

pub use passwords::*;
pub use set_up::*;

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, an_id, an_invitation, moment};
use domain::Digest;
use domain::accounts::invitations::Invitation;
use domain::accounts::users::Changed;
use domain::accounts::{Status, User};
use domain::audit::{Action, Audit};
use domain::ids::UserId;
use ports::accounts::{InviteError, PasswordHash, RedeemError};

const DAY: i64 = 24 * 3_600;

fn hash(name: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1${name}"))
}

async fn entered(db: &Repositories, user: User) -> User {
    db.users
        .add(&user, &a_commit())
        .await
        .expect("nothing is in the way");
    user
}

async fn invited(db: &Repositories, user: UserId) -> Invitation {
    let invitation = an_invitation(user);
    db.credentials
        .invite(&invitation, None, &a_commit())
        .await
        .expect("can be invited");
    invitation
}

async fn password(db: &Repositories, user: &User) -> Option<PasswordHash> {
    let found = db
        .credentials
        .credential(user.profile.email.key())
        .await
        .expect("can be read");
    found.map(|credential| {
        assert_eq!(credential.user, user.id);
        credential.hash
    })
}

async fn change(db: &Repositories, old: &User, new: Changed) -> User {
    let Changed::To(new, _) = new else {
        panic!("nothing changed")
    };
    db.users
        .save(&new, old.version, &a_commit())
        .await
        .expect("can be saved");
    *new
}

async fn is_open(db: &Repositories, code: &Digest) -> bool {
    db.credentials
        .invitation(code)
        .await
        .expect("can be read")
        .is_some()
}

/// Everything about an invitation comes back.
pub async fn an_invitation_is_found_by_its_code(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    let invitation = invited(db, user.id).await;
    let found = db
        .credentials
        .invitation(&invitation.code)
        .await
        .expect("can be read");
    assert_eq!(found, Some(invitation));
    assert!(!is_open(db, &Digest::new([9; 32])).await);
}

/// A suspended person may be invited; nobody and a deleted person may not.
pub async fn only_people_who_are_there_are_invited(db: &Repositories) {
    let suspended = entered(db, a_user().with_status(Status::Suspended).build()).await;
    invited(db, suspended.id).await;
    let deleted = entered(db, a_user().with_status(Status::Deleted).build()).await;
    for id in [UserId::new(an_id()), deleted.id] {
        let outcome = db
            .credentials
            .invite(&an_invitation(id), None, &a_commit())
            .await;
        assert!(
            matches!(outcome, Err(InviteError::NoSuchUser)),
            "{outcome:?}"
        );
    }
}

/// Whoever was judged may be somebody else by now, whom the caller may not invite.
pub async fn a_person_is_invited_as_they_were_judged(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    let earlier = invited(db, user.id).await;
    let suspended = user.suspended(moment(1)).expect("is active");
    let suspended = change(db, &user, suspended).await;
    let active = suspended.activated(moment(2)).expect("is there");
    let active = change(db, &suspended, active).await;
    let invitation = an_invitation(user.id);
    for judged in [user.version, suspended.version] {
        let outcome = db
            .credentials
            .invite(&invitation, Some(judged), &a_commit())
            .await;
        assert!(
            matches!(outcome, Err(InviteError::Outdated(now)) if now == active.version),
            "{outcome:?}"
        );
    }
    assert!(!is_open(db, &invitation.code).await && !is_open(db, &earlier.code).await);
    let (judged, commit) = (Some(active.version), a_commit());
    let invited = db.credentials.invite(&invitation, judged, &commit);
    invited.await.expect("is as judged");
}

/// The earlier one of the same person; nobody else's.
pub async fn a_later_invitation_voids_the_earlier(db: &Repositories) {
    let [one, other] = [
        entered(db, a_user().build()).await,
        entered(db, a_user().build()).await,
    ];
    let (first, unrelated) = (invited(db, one.id).await, invited(db, other.id).await);
    let second = invited(db, one.id).await;
    assert!(!is_open(db, &first.code).await);
    assert!(is_open(db, &second.code).await && is_open(db, &unrelated.code).await);
    let outcome = db
        .credentials
        .redeem(&first.code, &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
}

/// With the change, and not without it.
pub async fn invitations_and_passwords_leave_records(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    let invitation = an_invitation(user.id);
    let entry = Audit::of(Action::InvitationIssued, user.id).about(invitation.id.uuid());
    db.credentials
        .invite(&invitation, None, &a_commit().saying(entry.clone()))
        .await
        .expect("can be invited");
    let set = a_commit().saying(Audit::of(Action::PasswordSet, user.id));
    db.credentials
        .redeem(&invitation.code, &hash("a"), &set)
        .await
        .expect("is open");
    let again = db
        .credentials
        .redeem(&invitation.code, &hash("a"), &set)
        .await;
    assert!(again.is_err(), "{again:?}");
    let rows = db
        .audit
        .of_user(user.id, None, 9)
        .await
        .expect("can be read");
    let entries: Vec<Audit> = rows.into_iter().map(|row| row.entry).collect();
    assert_eq!(entries, [Audit::of(Action::PasswordSet, user.id), entry]);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! credential_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::credentials,
            $fixture,
            [
                an_invitation_is_found_by_its_code,
                only_people_who_are_there_are_invited,
                a_person_is_invited_as_they_were_judged,
                a_later_invitation_voids_the_earlier,
                redeeming_sets_the_password_once,
                a_new_password_replaces_the_old,
                an_invitation_is_void_from_its_end_on,
                only_active_people_redeem,
                an_unknown_code_is_void,
                of_two_redeeming_at_once_one_wins,
                only_active_people_have_a_credential,
                the_set_up_link_makes_the_first_admin,
                the_set_up_link_is_void_once_somebody_was_entered,
                a_later_set_up_link_voids_the_earlier,
                the_two_kinds_of_invitation_do_not_mix,
                of_two_setting_up_at_once_one_wins,
                invitations_and_passwords_leave_records,
            ]
        );
    };
}
