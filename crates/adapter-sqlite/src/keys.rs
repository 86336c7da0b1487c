//! The installation's secrets: kept by the first process that starts, read by all others.

use crate::schema::installation_keys;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::Pii;
use ports::Fault;
use ports::keys::{InstallationKey, KeyPurpose, KeyStore};
use stored::cells::{self, Cells, micros};

/// [`KeyStore`] on SQLite.
#[derive(Clone)]
pub struct SqliteKeyStore {
    database: Database,
}

impl SqliteKeyStore {
    /// The secrets in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl KeyStore for SqliteKeyStore {
    async fn keep(&self, candidate: InstallationKey) -> Result<InstallationKey, Fault> {
        self.database
            .write(
                move |connection| match newest(connection, candidate.purpose)? {
                    Some(kept) => Ok(kept),
                    None => insert(connection, &candidate).map(|()| candidate),
                },
            )
            .await
    }
}

fn newest(
    connection: &mut SqliteConnection,
    purpose: KeyPurpose,
) -> Result<Option<InstallationKey>, Fault> {
    let row: Option<(Vec<u8>, Vec<u8>, i64)> = installation_keys::table
        .filter(installation_keys::purpose.eq(purpose.name()))
        .order((
            installation_keys::created_at.desc(),
            installation_keys::id.desc(),
        ))
        .select((
            installation_keys::id,
            installation_keys::secret,
            installation_keys::created_at,
        ))
        .first(connection)
        .optional()
        .map_err(fault::of("installation_keys"))?;
    row.map(|(id, secret, created_at)| {
        let row = cells::shown(&id);
        let cells = Cells::of("installation_keys", &row);
        Ok(InstallationKey {
            id: cells.id("id", &id)?,
            purpose,
            // Not the parser's error: it would carry the secret into the log.
            secret: Pii::new(cells.known("secret", <[u8; 32]>::try_from(secret).ok())?),
            created_at: cells.instant("created_at", created_at)?,
        })
    })
    .transpose()
}

fn insert(connection: &mut SqliteConnection, key: &InstallationKey) -> Result<(), Fault> {
    diesel::insert_into(installation_keys::table)
        .values((
            installation_keys::id.eq(cells::id(key.id)),
            installation_keys::purpose.eq(key.purpose.name()),
            installation_keys::secret.eq(key.secret.reveal().as_slice()),
            installation_keys::created_at.eq(micros(key.created_at)),
        ))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("installation_keys"))
}
