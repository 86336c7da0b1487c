//! Keys that machines come with.

use super::access;
use crate::instants::{micros, stamp};
use crate::schema::api_keys;
use crate::{Database, fault, record};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{BoolExpressionMethods as _, ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::ApiKey;
use domain::ids::KeyId;
use jiff::Timestamp;
use ports::accounts::{AccessChange, ApiKeyRepository, KeyRights};
use ports::{Commit, Fault};
use stored::{StoredApiKey, principals};
use uuid::Uuid;

/// [`ApiKeyRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresApiKeys {
    database: Database,
}

impl PostgresApiKeys {
    /// The keys in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ApiKeyRepository for PostgresApiKeys {
    async fn add(&self, key: &ApiKey, commit: &Commit) -> Result<(), Fault> {
        let (key, commit) = (key.clone(), commit.clone());
        self.database
            .write(move |connection| Box::pin(async move { add(connection, &key, &commit).await }))
            .await
    }

    async fn find(&self, id: KeyId) -> Result<Option<ApiKey>, Fault> {
        self.database
            .read(move |connection| Box::pin(find(connection, id)))
            .await
    }

    async fn rights(&self, id: KeyId) -> Result<Option<KeyRights>, Fault> {
        let found = self.find(id).await?;
        let living = found.filter(|key| key.revoked_at.is_none());
        Ok(living.map(|key| KeyRights {
            secret: key.secret,
            scopes: key.scopes,
        }))
    }

    async fn list(&self, after: Option<KeyId>, limit: u32) -> Result<Vec<ApiKey>, Fault> {
        self.database
            .read(move |connection| Box::pin(list(connection, after, limit)))
            .await
    }

    async fn revoke(&self, id: KeyId, commit: &Commit) -> Result<bool, Fault> {
        let commit = commit.clone();
        self.database
            .write(move |connection| Box::pin(async move { revoke(connection, id, &commit).await }))
            .await
    }

    async fn used(&self, uses: &[(KeyId, Timestamp)]) -> Result<(), Fault> {
        let mut uses = uses.to_vec();
        // In one order for all processes, so that no two wait for each other.
        uses.sort_unstable();
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    for one in uses {
                        used(connection, one).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

type Row = (
    Uuid,
    String,
    String,
    Vec<u8>,
    String,
    PgTimestamp,
    Option<PgTimestamp>,
    Option<PgTimestamp>,
);

fn read(row: Row) -> Result<ApiKey, Fault> {
    let (id, name, scopes, secret, created_by, created_at, last_used_at, revoked_at) = row;
    let row = StoredApiKey {
        id,
        name,
        scopes,
        secret,
        created_by,
        created_at: micros(created_at),
        last_used_at: last_used_at.map(micros),
        revoked_at: revoked_at.map(micros),
    };
    ApiKey::try_from(row)
}

async fn add(
    connection: &mut AsyncPgConnection,
    key: &ApiKey,
    commit: &Commit,
) -> Result<(), Fault> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(key.id.uuid()),
            api_keys::name.eq(key.name.as_str()),
            api_keys::scopes.eq(key.scopes.to_string()),
            api_keys::secret.eq(key.secret.as_bytes().as_slice()),
            api_keys::created_by.eq(principals::written(key.created_by)),
            api_keys::created_at.eq(stamp(key.created_at)),
            api_keys::last_used_at.eq(key.last_used_at.map(stamp)),
            api_keys::revoked_at.eq(key.revoked_at.map(stamp)),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("api_keys"))?;
    record::store(connection, commit, |_| true).await
}

async fn find(connection: &mut AsyncPgConnection, id: KeyId) -> Result<Option<ApiKey>, Fault> {
    let row: Option<Row> = api_keys::table
        .find(id.uuid())
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("api_keys"))?;
    row.map(read).transpose()
}

async fn list(
    connection: &mut AsyncPgConnection,
    after: Option<KeyId>,
    limit: u32,
) -> Result<Vec<ApiKey>, Fault> {
    let mut keys = api_keys::table
        .order(api_keys::id.desc())
        .limit(i64::from(limit))
        .into_boxed();
    if let Some(after) = after {
        keys = keys.filter(api_keys::id.lt(after.uuid()));
    }
    let rows: Vec<Row> = keys.load(connection).await.map_err(fault::of("api_keys"))?;
    rows.into_iter().map(read).collect()
}

async fn revoke(
    connection: &mut AsyncPgConnection,
    id: KeyId,
    commit: &Commit,
) -> Result<bool, Fault> {
    let this = api_keys::table.find(id.uuid());
    let revoked = diesel::update(this.filter(api_keys::revoked_at.is_null()))
        .set(api_keys::revoked_at.eq(stamp(commit.at)))
        .execute(connection)
        .await
        .map_err(fault::of("api_keys"))?;
    if revoked == 0 {
        return Ok(find(connection, id).await?.is_some());
    }
    access::note(connection, &[AccessChange::Key(id)]).await?;
    record::store(connection, commit, |_| true).await?;
    Ok(true)
}

async fn used(
    connection: &mut AsyncPgConnection,
    (id, at): (KeyId, Timestamp),
) -> Result<(), Fault> {
    let long_ago = at.checked_sub(ApiKey::NOTED_EVERY);
    let long_ago = stamp(long_ago.unwrap_or(Timestamp::MIN));
    let this = api_keys::table.find(id.uuid());
    let unnoted = api_keys::last_used_at
        .is_null()
        .or(api_keys::last_used_at.le(long_ago));
    diesel::update(this.filter(unnoted))
        .set(api_keys::last_used_at.eq(stamp(at)))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("api_keys"))
}
