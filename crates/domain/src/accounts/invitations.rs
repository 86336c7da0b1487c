//! How a person comes by a first password, or a new one: a link that works once.

use crate::Digest;
use crate::ids::{InvitationId, UserId};
use jiff::{SignedDuration, Timestamp};

/// How long an invitation may be used: 72 hours.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(72);

/// Who may use an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitee {
    /// A person in the directory, to set their password.
    User(UserId),
    /// Whoever holds the set-up link of an empty installation, to become its first admin.
    FirstAdmin,
}

/// A right to set a password once. The code itself is shown to the inviter and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Names the invitation.
    pub id: InvitationId,
    /// Who may use it.
    pub invitee: Invitee,
    /// SHA-256 of the code.
    pub code: Digest,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it is void.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Issues an invitation for [`LIFETIME`].
    #[must_use]
    pub fn issue(id: InvitationId, invitee: Invitee, code: Digest, at: Timestamp) -> Self {
        let expires_at = at.checked_add(LIFETIME).unwrap_or(Timestamp::MAX);
        Self {
            id,
            invitee,
            code,
            issued_at: at,
            expires_at,
        }
    }

    /// Whether it may still be used at this instant.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        at < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::{Invitation, Invitee};
    use crate::Digest;
    use crate::ids::InvitationId;
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    #[test]
    fn an_invitation_is_open_for_72_hours_and_not_a_moment_longer() {
        let issued = Timestamp::UNIX_EPOCH;
        let invitation = Invitation::issue(
            InvitationId::new(Uuid::nil()),
            Invitee::FirstAdmin,
            Digest::new([0; 32]),
            issued,
        );
        let end = issued
            .checked_add(SignedDuration::from_hours(72))
            .expect("is an instant");
        assert!(
            invitation.is_open(
                end.checked_sub(SignedDuration::from_nanos(1))
                    .expect("is an instant")
            )
        );
        assert!(!invitation.is_open(end));
    }
}
