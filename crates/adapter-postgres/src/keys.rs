//! The installation's secrets: kept by the first process that starts, read by all others.

use crate::instants::{micros, stamp};
use crate::locks::{self, Only};
use crate::schema::installation_keys;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Pii;
use ports::Fault;
use ports::keys::{InstallationKey, KeyPurpose, KeyStore};
use stored::Cells;
use uuid::Uuid;

/// [`KeyStore`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresKeyStore {
    database: Database,
}

impl PostgresKeyStore {
    /// The secrets in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl KeyStore for PostgresKeyStore {
    async fn keep(&self, candidate: InstallationKey) -> Result<InstallationKey, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    locks::wait(connection, Only::Keys).await?;
                    match newest(connection, candidate.purpose).await? {
                        Some(kept) => Ok(kept),
                        None => insert(connection, &candidate).await.map(|()| candidate),
                    }
                })
            })
            .await
    }
}

async fn newest(
    connection: &mut AsyncPgConnection,
    purpose: KeyPurpose,
) -> Result<Option<InstallationKey>, Fault> {
    let row: Option<(Uuid, Vec<u8>, PgTimestamp)> = installation_keys::table
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
        .await
        .optional()
        .map_err(fault::of("installation_keys"))?;
    row.map(|(id, secret, created_at)| {
        let cells = Cells::of("installation_keys", &id);
        Ok(InstallationKey {
            id,
            purpose,
            // Not the parser's error: it would carry the secret into the log.
            secret: Pii::new(cells.known("secret", <[u8; 32]>::try_from(secret).ok())?),
            created_at: cells.instant("created_at", micros(created_at))?,
        })
    })
    .transpose()
}

async fn insert(connection: &mut AsyncPgConnection, key: &InstallationKey) -> Result<(), Fault> {
    diesel::insert_into(installation_keys::table)
        .values((
            installation_keys::id.eq(key.id),
            installation_keys::purpose.eq(key.purpose.name()),
            installation_keys::secret.eq(key.secret.reveal().as_slice()),
            installation_keys::created_at.eq(stamp(key.created_at)),
        ))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("installation_keys"))
}
