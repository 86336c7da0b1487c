//! Invitations and passwords, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::User;
use domain::accounts::invitations::Invitation;
use domain::ids::{SessionId, UserId};
use domain::{Digest, Version};
use ports::accounts::{
    ChangePasswordError, Credential, CredentialRepository, InviteError, PasswordHash, RedeemError,
};
use ports::{Commit, Fault};

#[async_trait]
impl<P: CredentialRepository + ?Sized> CredentialRepository for Guarded<P> {
    async fn invite(
        &self,
        invitation: &Invitation,
        judged: Option<Version>,
        commit: &Commit,
    ) -> Result<(), InviteError> {
        self.write(|credentials| credentials.invite(invitation, judged, commit))
            .await
    }

    async fn invitation(&self, code: &Digest) -> Result<Option<Invitation>, Fault> {
        self.read(|credentials| credentials.invitation(code)).await
    }

    async fn redeem(
        &self,
        code: &Digest,
        hash: &PasswordHash,
        commit: &Commit,
    ) -> Result<UserId, RedeemError> {
        self.write(|credentials| credentials.redeem(code, hash, commit))
            .await
    }

    async fn redeem_setup(
        &self,
        code: &Digest,
        admin: &User,
        hash: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), RedeemError> {
        self.write(|credentials| credentials.redeem_setup(code, admin, hash, commit))
            .await
    }

    async fn credential(&self, email_key: &str) -> Result<Option<Credential>, Fault> {
        self.read(|credentials| credentials.credential(email_key))
            .await
    }

    async fn password(&self, user: UserId) -> Result<Option<PasswordHash>, Fault> {
        self.read(|credentials| credentials.password(user)).await
    }

    async fn change_password(
        &self,
        user: UserId,
        checked: &PasswordHash,
        hash: &PasswordHash,
        keep: SessionId,
        commit: &Commit,
    ) -> Result<(), ChangePasswordError> {
        self.write(|credentials| credentials.change_password(user, checked, hash, keep, commit))
            .await
    }
}
