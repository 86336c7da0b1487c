//! Sets a password with an invitation, and makes the first admin with the set-up one.

use super::FollowAccess;
use super::attempts::Attempts;
use super::register_user::{announced, registered};
use super::sessions::{OpenSession, SignedIn};
use crate::Request;
use domain::accounts::invitations::Invitee;
use domain::accounts::passwords::Password;
use domain::accounts::{Client, Email, FamilyName, GivenName, Profile, Role, User};
use domain::audit::{Action, Audit};
use domain::ids::UserId;
use ports::accounts::{
    CredentialRepository, HashError, OneTimeCodes, OpenSessionError, PasswordHash, PasswordHasher,
    RedeemError,
};
use ports::{Clock, Fault, Ids};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Uses an invitation up and signs its person in.
pub struct RedeemInvitation {
    /// Keeps invitations and passwords.
    pub credentials: Arc<dyn CredentialRepository>,
    /// Recognises codes.
    pub codes: Arc<dyn OneTimeCodes>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Counts attempts with the password before.
    pub attempts: Attempts,
    /// Signs devices in.
    pub open: OpenSession,
    /// Hears which devices the old password had signed in.
    pub access: Arc<FollowAccess>,
    /// Names the first admin.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Who the first admin is: only the set-up invitation asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// Where they will sign in.
    pub email: Email,
    /// Given name.
    pub given_name: GivenName,
    /// Family name.
    pub family_name: FamilyName,
}

/// Why an invitation is not redeemed.
#[derive(Debug, thiserror::Error)]
pub enum RedeemInvitationError {
    /// It is unknown, used, voided or expired.
    #[error("the invitation is void")]
    Void,
    /// It is the set-up invitation, which also takes the admin's names and email.
    #[error("the first admin's names and email are needed")]
    NewcomerNeeded,
    /// Too many passwords are being hashed.
    #[error("too many passwords are being hashed")]
    Busy,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<RedeemError> for RedeemInvitationError {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::Void => Self::Void,
            RedeemError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<OpenSessionError> for RedeemInvitationError {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::NotActive | OpenSessionError::Replaced => Self::Void,
            OpenSessionError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<HashError> for RedeemInvitationError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl RedeemInvitation {
    /// Sets the password and answers like a sign-in.
    ///
    /// # Errors
    /// [`RedeemInvitationError`]; the invitation is as it was then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        code: &str,
        password: &Password,
        newcomer: Option<Newcomer>,
        client: Option<Client>,
    ) -> Result<SignedIn, RedeemInvitationError> {
        let digest = self.codes.digest(code);
        let open = self
            .credentials
            .invitation(&digest)
            .await?
            .filter(|invitation| invitation.is_open(self.clock.now()));
        let invitation = open.ok_or(RedeemInvitationError::Void)?;
        if invitation.invitee == Invitee::FirstAdmin && newcomer.is_none() {
            return Err(RedeemInvitationError::NewcomerNeeded);
        }
        let hash = self.hasher.hash(password).await?;
        let user = match invitation.invitee {
            Invitee::FirstAdmin => {
                let newcomer = newcomer.ok_or(RedeemInvitationError::NewcomerNeeded)?;
                self.set_up(request, &digest, &hash, newcomer).await?
            }
            Invitee::User(user) => {
                let audit = Audit::of(Action::PasswordSet, user).about(invitation.id.uuid());
                self.credentials
                    .redeem(
                        &digest,
                        &hash,
                        &request.commit(self.clock.now(), vec![audit], Vec::new()),
                    )
                    .await?
            }
        };
        self.access.soon().await;
        self.attempts.forgive(user).await;
        Ok(self.open.run(request, user, &hash, client).await?)
    }

    async fn set_up(
        &self,
        request: &Request,
        code: &domain::Digest,
        hash: &PasswordHash,
        newcomer: Newcomer,
    ) -> Result<UserId, RedeemInvitationError> {
        let Newcomer {
            email,
            given_name,
            family_name,
        } = newcomer;
        let site_ids = BTreeSet::new();
        let profile = Profile {
            given_name,
            family_name,
            email,
            phone: None,
            address: None,
            external_subject: None,
            role: Role::Admin,
            site_ids,
        };
        let at = self.clock.now();
        let admin = User::register(UserId::new(self.ids.next()), profile, at);
        let audit = vec![registered(&admin), Audit::of(Action::PasswordSet, admin.id)];
        self.credentials
            .redeem_setup(
                code,
                &admin,
                hash,
                &request.commit(at, audit, vec![announced(&admin)]),
            )
            .await?;
        Ok(admin.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Newcomer, RedeemInvitation, RedeemInvitationError};
    use crate::accounts::sessions::SignedIn;
    use crate::accounts::sessions::fixtures::opening;
    use crate::fixtures::{
        are_named, attempts, by_nobody, clock, fault, following, ids, now, user_id,
    };
    use domain::Digest;
    use domain::accounts::invitations::{Invitation, Invitee};
    use domain::accounts::passwords::Password;
    use domain::accounts::{Email, FamilyName, GivenName, Role};
    use domain::audit::Action;
    use domain::ids::InvitationId;
    use jiff::Timestamp;
    use ports::accounts::{
        HashError, MockCredentialRepository, MockLockoutRepository, MockOneTimeCodes,
        MockPasswordHasher, MockSessionRepository, PasswordHash, RedeemError,
    };
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use uuid::Uuid;

    fn invitation(invitee: Invitee, issued: Timestamp) -> Invitation {
        Invitation::issue(
            InvitationId::new(Uuid::max()),
            invitee,
            Digest::new([3; 32]),
            issued,
        )
    }

    fn newcomer() -> Newcomer {
        Newcomer {
            email: Email::parse("ada@example.org").unwrap(),
            given_name: GivenName::parse("Ada").unwrap(),
            family_name: FamilyName::parse("Lovelace").unwrap(),
        }
    }

    async fn redeem(
        mut credentials: MockCredentialRepository,
        found: Option<Invitation>,
        hashed: Result<(), HashError>,
        newcomer: Option<Newcomer>,
    ) -> Result<SignedIn, RedeemInvitationError> {
        let (mut codes, mut hasher, mut sessions) = (
            MockOneTimeCodes::new(),
            MockPasswordHasher::new(),
            MockSessionRepository::new(),
        );
        codes
            .expect_digest()
            .withf(|code| code == "secret")
            .returning(|_| Digest::new([3; 32]));
        credentials
            .expect_invitation()
            .return_once(move |_| Ok(found));
        hasher
            .expect_hash()
            .return_once(move |_| hashed.map(|()| PasswordHash::new("$argon2id$".into())));
        sessions
            .expect_open()
            .withf(|_, checked, _| checked.reveal() == "$argon2id$")
            .returning(|_, _, _| Ok(()));
        // A new password has nothing to do with who has guessed at the one before.
        let (mut lockouts, cleared) = (
            MockLockoutRepository::new(),
            Arc::new(AtomicBool::new(false)),
        );
        let clear = lockouts.expect_clear();
        let clear = clear.withf(|all, _| are_named(all, &["sign-in account", "password of"]));
        let clearing = Arc::clone(&cleared);
        clear.returning(move |_, _| {
            clearing.store(true, Ordering::SeqCst);
            Ok(())
        });
        let parts = RedeemInvitation {
            credentials: Arc::new(credentials),
            codes: Arc::new(codes),
            hasher: Arc::new(hasher),
            attempts: attempts(lockouts),
            open: opening(sessions),
            access: following().0,
            ids: ids(),
            clock: clock(),
        };
        let password = Password::presented("correct horse battery");
        let outcome = parts
            .run(&by_nobody(), "secret", &password, newcomer, None)
            .await;
        assert_eq!(cleared.load(Ordering::SeqCst), outcome.is_ok());
        outcome
    }

    #[tokio::test]
    async fn an_invited_person_sets_their_password_and_is_signed_in() {
        let mut credentials = MockCredentialRepository::new();
        credentials
            .expect_redeem()
            .withf(|_, _, commit| commit.audit[0].action == Action::PasswordSet)
            .returning(|_, _, _| Ok(user_id(7)));
        let token = redeem(
            credentials,
            Some(invitation(Invitee::User(user_id(7)), now())),
            Ok(()),
            None,
        )
        .await
        .unwrap();
        assert_eq!(token.access.token.reveal(), "access 7");
    }

    #[tokio::test]
    async fn the_set_up_invitation_makes_the_first_admin() {
        let mut credentials = MockCredentialRepository::new();
        credentials
            .expect_redeem_setup()
            .withf(|_, admin, _, commit| {
                admin.profile.role == Role::Admin
                    && commit.audit.len() == 2
                    && commit.events.len() == 1
            })
            .returning(|_, _, _, _| Ok(()));
        let setup = invitation(Invitee::FirstAdmin, now());
        assert!(
            redeem(credentials, Some(setup), Ok(()), Some(newcomer()))
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn the_set_up_invitation_asks_who_the_admin_is_before_anything_is_hashed() {
        let setup = invitation(Invitee::FirstAdmin, now());
        let outcome = redeem(
            MockCredentialRepository::new(),
            Some(setup),
            Err(HashError::Busy),
            None,
        )
        .await;
        assert!(matches!(
            outcome,
            Err(RedeemInvitationError::NewcomerNeeded)
        ));
    }

    #[tokio::test]
    async fn unknown_and_expired_invitations_are_void() {
        let expired = invitation(Invitee::User(user_id(7)), Timestamp::UNIX_EPOCH);
        for found in [None, Some(expired)] {
            let outcome = redeem(MockCredentialRepository::new(), found, Ok(()), None).await;
            assert!(matches!(outcome, Err(RedeemInvitationError::Void)));
        }
    }

    #[tokio::test]
    async fn every_refusal_below_has_its_own_name() {
        let open = || Some(invitation(Invitee::User(user_id(7)), now()));
        let outcome = redeem(
            MockCredentialRepository::new(),
            open(),
            Err(HashError::Busy),
            None,
        )
        .await;
        assert!(matches!(outcome, Err(RedeemInvitationError::Busy)));
        let outcome = redeem(
            MockCredentialRepository::new(),
            open(),
            Err(fault().into()),
            None,
        )
        .await;
        assert!(matches!(outcome, Err(RedeemInvitationError::Fault(_))));
        for (error, void) in [(RedeemError::Void, true), (fault().into(), false)] {
            let mut credentials = MockCredentialRepository::new();
            credentials
                .expect_redeem()
                .return_once(move |_, _, _| Err(error));
            let outcome = redeem(credentials, open(), Ok(()), None).await;
            assert_eq!(matches!(outcome, Err(RedeemInvitationError::Void)), void);
        }
    }
}
