//! Invites a person to set their password, and the first admin to set up an empty installation.

use super::access::{living, seen};
use crate::{Forbidden, Request};
use domain::accounts::invitations::{Invitation, Invitee};
use domain::audit::{Action, Audit};
use domain::ids::{InvitationId, UserId};
use domain::{Pii, Version};
use jiff::Timestamp;
use ports::accounts::{CredentialRepository, InviteError, OneTimeCodes, UserRepository};
use ports::{Clock, Fault, Ids};
use std::sync::Arc;

/// Issues an invitation that voids every earlier one for the same person. For managers (of members
/// and managers) and admins.
pub struct Invite {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps invitations.
    pub credentials: Arc<dyn CredentialRepository>,
    /// Makes codes.
    pub codes: Arc<dyn OneTimeCodes>,
    /// Names invitations.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// An invitation as its issuer gets to see it, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// What the person needs.
    pub code: Pii<String>,
    /// From when on it is void.
    pub expires_at: Timestamp,
}

/// Why nobody is invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteUserError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person, or they are deleted.
    #[error("there is no such person")]
    Missing,
    /// The installation has people; its first admin is there.
    #[error("the installation is set up already")]
    AlreadySetUp,
    /// The person has just been changed by somebody else; the same request may succeed.
    #[error("the person is being changed by others")]
    Contended,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<InviteError> for InviteUserError {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NoSuchUser => Self::Missing,
            InviteError::AlreadySetUp => Self::AlreadySetUp,
            InviteError::Outdated(_) => Self::Contended,
            InviteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Invite {
    /// Invites a person in the directory.
    ///
    /// # Errors
    /// [`InviteUserError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self, request: &Request, user: UserId) -> Result<Invited, InviteUserError> {
        request.caller.must_manage_people()?;
        let found = seen(&*self.users, &request.caller, user).await?;
        let person = living(found).ok_or(InviteUserError::Missing)?;
        request.caller.must_manage(&person)?;
        let judged = Some(person.version);
        self.issue(request, Invitee::User(user), judged).await
    }

    /// Invites whoever gets the code to become the first admin of an empty installation.
    ///
    /// # Errors
    /// [`InviteUserError::AlreadySetUp`] when there are people.
    pub async fn first_admin(&self, request: &Request) -> Result<Invited, InviteUserError> {
        self.issue(request, Invitee::FirstAdmin, None).await
    }

    async fn issue(
        &self,
        request: &Request,
        invitee: Invitee,
        judged: Option<Version>,
    ) -> Result<Invited, InviteUserError> {
        let (code, at) = (self.codes.mint(), self.clock.now());
        let invitation =
            Invitation::issue(InvitationId::new(self.ids.next()), invitee, code.digest, at);
        let audit = match invitee {
            Invitee::User(user) => {
                vec![Audit::of(Action::InvitationIssued, user).about(invitation.id.uuid())]
            }
            Invitee::FirstAdmin => Vec::new(),
        };
        self.credentials
            .invite(&invitation, judged, &request.commit(at, audit, Vec::new()))
            .await?;
        Ok(Invited {
            code: code.code,
            expires_at: invitation.expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Invite, InviteUserError};
    use crate::Request;
    use crate::fixtures::{by, clock, fault, ids, now, user, user_id, version};
    use domain::accounts::invitations::{Invitee, LIFETIME};
    use domain::accounts::{Role, Status, User};
    use domain::audit::Action;
    use domain::{Digest, Pii};
    use ports::accounts::{
        InviteError, MockCredentialRepository, MockOneTimeCodes, MockUserRepository, OneTimeCode,
    };
    use std::sync::Arc;

    fn with(found: Option<User>, credentials: MockCredentialRepository) -> Invite {
        let (mut users, mut codes) = (MockUserRepository::new(), MockOneTimeCodes::new());
        users
            .expect_find()
            .returning(move |_| Ok(found.clone().map(Arc::new)));
        codes.expect_mint().returning(|| OneTimeCode {
            code: Pii::new("secret".into()),
            digest: Digest::new([3; 32]),
        });
        Invite {
            users: Arc::new(users),
            credentials: Arc::new(credentials),
            codes: Arc::new(codes),
            ids: ids(),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn only_the_digest_of_the_code_is_stored() {
        let mut credentials = MockCredentialRepository::new();
        credentials
            .expect_invite()
            .withf(|invitation, judged, commit| {
                invitation.invitee == Invitee::User(user_id(2))
                    && *judged == Some(version(1))
                    && invitation.code == Digest::new([3; 32])
                    && commit.audit[0].action == Action::InvitationIssued
                    && commit.audit[0].object == Some(invitation.id.uuid())
            })
            .returning(|_, _, _| Ok(()));
        let invited = with(Some(user(2, Role::Member)), credentials)
            .run(&by(Role::Manager), user_id(2))
            .await
            .unwrap();
        assert_eq!(
            (invited.code.reveal().as_str(), invited.expires_at),
            ("secret", now().checked_add(LIFETIME).unwrap())
        );
    }

    #[tokio::test]
    async fn a_manager_cannot_take_an_admin_over_by_inviting_them() {
        let invite = with(Some(user(2, Role::Admin)), MockCredentialRepository::new());
        assert!(matches!(
            invite.run(&by(Role::Manager), user_id(2)).await,
            Err(InviteUserError::Forbidden(_))
        ));
        let invite = with(None, MockCredentialRepository::new());
        assert!(matches!(
            invite.run(&by(Role::Member), user_id(1)).await,
            Err(InviteUserError::Forbidden(_))
        ));
    }

    #[tokio::test]
    async fn missing_and_deleted_people_are_not_invited() {
        for found in [
            None,
            Some(User {
                status: Status::Deleted,
                ..user(2, Role::Member)
            }),
        ] {
            let outcome = with(found, MockCredentialRepository::new())
                .run(&by(Role::Admin), user_id(2))
                .await;
            assert!(matches!(outcome, Err(InviteUserError::Missing)));
        }
    }

    #[tokio::test]
    async fn the_set_up_invitation_is_for_an_empty_installation() {
        let system = Request::by_system("start");
        let mut credentials = MockCredentialRepository::new();
        credentials
            .expect_invite()
            .withf(|invitation, judged, commit| {
                invitation.invitee == Invitee::FirstAdmin
                    && judged.is_none()
                    && commit.audit.is_empty()
            })
            .return_once(|_, _, _| Ok(()));
        assert!(with(None, credentials).first_admin(&system).await.is_ok());
        for (error, named) in [
            (InviteError::AlreadySetUp, "set up"),
            (InviteError::NoSuchUser, "person"),
            (InviteError::Outdated(version(2)), "others"),
            (fault().into(), "database"),
        ] {
            let mut credentials = MockCredentialRepository::new();
            credentials
                .expect_invite()
                .return_once(move |_, _, _| Err(error));
            let refused = with(None, credentials)
                .first_admin(&system)
                .await
                .unwrap_err();
            assert!(refused.to_string().contains(named), "{refused}");
        }
    }
}
