//! Invitations to set a password.

use super::{a_commit, an_id, moment};
use crate::Repositories;
use domain::Digest;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::ids::{InvitationId, UserId};
use ports::accounts::PasswordHash;

/// An invitation for a person, issued at [`moment`] 0, with a code that no other has.
#[must_use]
pub fn an_invitation(user: UserId) -> Invitation {
    issue(Invitee::User(user))
}

/// The set-up link of an empty installation, issued at [`moment`] 0.
#[must_use]
pub fn a_set_up_link() -> Invitation {
    issue(Invitee::FirstAdmin)
}

/// What is stored of a password.
#[must_use]
pub fn a_password(name: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1${name}"))
}

/// Gives a person this password, by an invitation, so that they may sign in.
pub async fn give_password(db: &Repositories, user: UserId, password: &PasswordHash) {
    let invitation = an_invitation(user);
    let invited = db.credentials.invite(&invitation, None, &a_commit()).await;
    invited.expect("can be invited");
    let commit = a_commit();
    let redeemed = db.credentials.redeem(&invitation.code, password, &commit);
    redeemed.await.expect("is open");
}

fn issue(invitee: Invitee) -> Invitation {
    let seed = *an_id().as_bytes();
    let code = Digest::from_slice(&[seed, seed].concat()).expect("has 32 bytes");
    Invitation::issue(InvitationId::new(an_id()), invitee, code, moment(0))
}
