//! Invitations and password hashes.

mod invitations;
mod redeem;

pub use invitations::void;

use crate::schema::{credentials, users};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection,
};
use domain::accounts::invitations::Invitation;
use domain::accounts::{Status, User};
use domain::ids::{SessionId, UserId};
use domain::{Digest, Version};
use ports::accounts::{
    ChangePasswordError, Credential, CredentialRepository, InviteError, PasswordHash, RedeemError,
};
use ports::{Commit, Fault};
use stored::cells::{self, Cells};

/// [`CredentialRepository`] on SQLite.
#[derive(Clone)]
pub struct SqliteCredentials {
    database: Database,
}

impl SqliteCredentials {
    /// The credentials in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl CredentialRepository for SqliteCredentials {
    async fn invite(
        &self,
        invitation: &Invitation,
        judged: Option<Version>,
        commit: &Commit,
    ) -> Result<(), InviteError> {
        let (invitation, commit) = (invitation.clone(), commit.clone());
        self.database
            .write(move |connection| invitations::invite(connection, &invitation, judged, &commit))
            .await
    }

    async fn invitation(&self, code: &Digest) -> Result<Option<Invitation>, Fault> {
        let code = *code;
        self.database
            .read(move |connection| invitations::find(connection, &code))
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
            .write(move |connection| redeem::redeem(connection, &code, &hash, &commit))
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
            .write(move |connection| redeem::setup(connection, &code, &admin, &hash, &commit))
            .await
    }

    async fn credential(&self, email_key: &str) -> Result<Option<Credential>, Fault> {
        let email_key = email_key.to_owned();
        self.database
            .read(move |connection| credential(connection, &email_key))
            .await
    }

    async fn password(&self, user: UserId) -> Result<Option<PasswordHash>, Fault> {
        self.database
            .read(move |connection| password(connection, user))
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
                redeem::change(connection, user, &checked, &hash, keep, &commit)
            })
            .await
    }
}

/// Both conditions on the status: the first lets SQLite use the unique index of living people.
fn credential(
    connection: &mut SqliteConnection,
    email_key: &str,
) -> Result<Option<Credential>, Fault> {
    let row: Option<(Vec<u8>, String)> = users::table
        .inner_join(credentials::table.on(credentials::user_id.eq(users::id)))
        .filter(users::email_key.eq(email_key))
        .filter(super::users::living())
        .filter(users::status.eq(Status::Active.name()))
        .select((users::id, credentials::phc))
        .first(connection)
        .optional()
        .map_err(fault::of("credentials"))?;
    row.map(|(id, phc)| {
        let user = Cells::of("users", &cells::shown(&id))
            .id("id", &id)
            .map(UserId::new)?;
        Ok(Credential {
            user,
            hash: PasswordHash::new(phc),
        })
    })
    .transpose()
}

fn password(
    connection: &mut SqliteConnection,
    user: UserId,
) -> Result<Option<PasswordHash>, Fault> {
    let phc: Option<String> = credentials::table
        .find(cells::id(user.uuid()))
        .select(credentials::phc)
        .first(connection)
        .optional()
        .map_err(fault::of("credentials"))?;
    Ok(phc.map(PasswordHash::new))
}

/// Whether this is a person's password still.
pub fn is_password(
    connection: &mut SqliteConnection,
    user: UserId,
    checked: &PasswordHash,
) -> Result<bool, Fault> {
    Ok(password(connection, user)?.as_ref() == Some(checked))
}
