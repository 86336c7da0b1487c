//! Invitations and password hashes.

mod invitations;
mod redeem;

pub use invitations::void;

use crate::schema::{credentials, users};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::invitations::Invitation;
use domain::accounts::{Status, User};
use domain::ids::{SessionId, UserId};
use domain::{Digest, Version};
use ports::accounts::{
    ChangePasswordError, Credential, CredentialRepository, InviteError, PasswordHash, RedeemError,
};
use ports::{Commit, Fault};
use uuid::Uuid;

/// [`CredentialRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresCredentials {
    database: Database,
}

impl PostgresCredentials {
    /// The credentials in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl CredentialRepository for PostgresCredentials {
    async fn invite(
        &self,
        invitation: &Invitation,
        judged: Option<Version>,
        commit: &Commit,
    ) -> Result<(), InviteError> {
        let (invitation, commit) = (invitation.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    invitations::invite(connection, &invitation, judged, &commit).await
                })
            })
            .await
    }

    async fn invitation(&self, code: &Digest) -> Result<Option<Invitation>, Fault> {
        let code = *code;
        self.database
            .read(move |connection| {
                Box::pin(async move { invitations::find(connection, &code).await })
            })
            .await
    }

    async fn redeem(
        &self,
        code: &Digest,
        hash: &PasswordHash,
        commit: &Commit,
    ) -> Result<UserId, RedeemError> {
        let (code, hash, commit) = (*code, hash.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move { redeem::redeem(connection, &code, &hash, &commit).await })
            })
            .await
    }

    async fn redeem_setup(
        &self,
        code: &Digest,
        admin: &User,
        hash: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), RedeemError> {
        let (code, admin, hash, commit) = (*code, admin.clone(), hash.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(
                    async move { redeem::setup(connection, &code, &admin, &hash, &commit).await },
                )
            })
            .await
    }

    async fn credential(&self, email_key: &str) -> Result<Option<Credential>, Fault> {
        let email_key = email_key.to_owned();
        self.database
            .read(move |connection| Box::pin(credential(connection, email_key)))
            .await
    }

    async fn password(&self, user: UserId) -> Result<Option<PasswordHash>, Fault> {
        self.database
            .read(move |connection| Box::pin(password(connection, user)))
            .await
    }

    async fn change_password(
        &self,
        user: UserId,
        checked: &PasswordHash,
        hash: &PasswordHash,
        keep: SessionId,
        commit: &Commit,
    ) -> Result<(), ChangePasswordError> {
        let (checked, hash, commit) = (checked.clone(), hash.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    redeem::change(connection, user, &checked, &hash, keep, &commit).await
                })
            })
            .await
    }
}

/// Both conditions on the status: the first lets PostgreSQL use the unique index of living people.
async fn credential(
    connection: &mut AsyncPgConnection,
    email_key: String,
) -> Result<Option<Credential>, Fault> {
    let row: Option<(Uuid, String)> = users::table
        .inner_join(credentials::table.on(credentials::user_id.eq(users::id)))
        .filter(users::email_key.eq(email_key))
        .filter(users::status.ne(Status::Deleted.name()))
        .filter(users::status.eq(Status::Active.name()))
        .select((users::id, credentials::phc))
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("credentials"))?;
    Ok(row.map(|(id, phc)| Credential {
        user: UserId::new(id),
        hash: PasswordHash::new(phc),
    }))
}

async fn password(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Option<PasswordHash>, Fault> {
    let phc: Option<String> = credentials::table
        .find(user.uuid())
        .select(credentials::phc)
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("credentials"))?;
    Ok(phc.map(PasswordHash::new))
}

/// Whether this is a person's password still.
pub async fn is_password(
    connection: &mut AsyncPgConnection,
    user: UserId,
    checked: &PasswordHash,
) -> Result<bool, Fault> {
    Ok(password(connection, user).await?.as_ref() == Some(checked))
}
