//! Keeping invitations and password hashes.

use crate::{Commit, Fault};
use async_trait::async_trait;
use domain::accounts::User;
use domain::accounts::invitations::Invitation;
use domain::ids::{SessionId, UserId};
use domain::{Digest, Pii, Version};

/// A password as it is stored: an argon2id hash in PHC string format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHash(Pii<String>);

impl PasswordHash {
    /// Wraps a PHC string.
    #[must_use]
    pub const fn new(phc: String) -> Self {
        Self(Pii::new(phc))
    }

    /// The PHC string.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// By what a person is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The person, active.
    pub user: UserId,
    /// Their password.
    pub hash: PasswordHash,
}

/// Why somebody cannot be invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such person, or they are deleted.
    #[error("there is no such person")]
    NoSuchUser,
    /// An installation that has people is set up already.
    #[error("the installation is set up already")]
    AlreadySetUp,
    /// The person is another than whom the caller judged.
    #[error("the person is at version {} by now", .0.number())]
    Outdated(Version),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why an invitation cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// It is unknown, used, expired or voided by a later one, or its person is not active any more.
    #[error("the invitation is void")]
    Void,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// There is no such person, or they may not sign in.
    #[error("the person may not sign in")]
    NotActive,
    /// The device in hand has been signed out.
    #[error("the device has been signed out")]
    SignedOut,
    /// The password is another than the one that was checked.
    #[error("the password has been replaced")]
    Replaced,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Keeps invitations and passwords. Every adapter passes `testkit::credential_repository_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CredentialRepository: Send + Sync {
    /// Stores an invitation and voids every earlier one for the same invitee. A person who was judged at a version
    /// is still at it.
    ///
    /// # Errors
    /// [`InviteError::NoSuchUser`] for a person who is not there; [`InviteError::Outdated`] for one who is at another
    /// version than `judged`; [`InviteError::AlreadySetUp`] for a first admin when there are people.
    async fn invite(
        &self,
        invitation: &Invitation,
        judged: Option<Version>,
        commit: &Commit,
    ) -> Result<(), InviteError>;

    /// Looks up an invitation that was neither used nor voided. It may have expired.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn invitation(&self, code: &Digest) -> Result<Option<Invitation>, Fault>;

    /// Uses up a person's invitation, open at `commit.at`, sets the password and ends the person's sessions,
    /// in one transaction.
    ///
    /// # Errors
    /// [`RedeemError::Void`] when the invitation cannot be used; nothing is stored then.
    async fn redeem(
        &self,
        code: &Digest,
        hash: &PasswordHash,
        commit: &Commit,
    ) -> Result<UserId, RedeemError>;

    /// Uses up the set-up invitation, open at `commit.at`, enters the first person and sets their
    /// password, in one transaction.
    ///
    /// # Errors
    /// [`RedeemError::Void`] when the invitation cannot be used or somebody was entered meanwhile.
    async fn redeem_setup(
        &self,
        code: &Digest,
        admin: &User,
        hash: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), RedeemError>;

    /// Looks up the password of the active person whose email has this key.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn credential(&self, email_key: &str) -> Result<Option<Credential>, Fault>;

    /// The password of this person, in whatever state they are.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn password(&self, user: UserId) -> Result<Option<PasswordHash>, Fault>;

    /// Replaces the password that was checked of an active person, voids what they are invited by and ends their
    /// sessions but for one, which is there, in one transaction.
    ///
    /// # Errors
    /// [`ChangePasswordError::NotActive`] for a person who is not there or not active,
    /// [`ChangePasswordError::SignedOut`] without the session, and [`ChangePasswordError::Replaced`] when `checked` is
    /// not their password any more.
    async fn change_password(
        &self,
        user: UserId,
        checked: &PasswordHash,
        hash: &PasswordHash,
        keep: SessionId,
        commit: &Commit,
    ) -> Result<(), ChangePasswordError>;
}
