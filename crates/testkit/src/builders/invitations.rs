//! Invitations to set a password.

use super::{an_id, moment};
use domain::Digest;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::ids::{InvitationId, UserId};

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

fn issue(invitee: Invitee) -> Invitation {
    let seed = *an_id().as_bytes();
    let code = Digest::from_slice(&[seed, seed].concat()).expect("has 32 bytes");
    Invitation::issue(InvitationId::new(an_id()), invitee, code, moment(0))
}
