//! Keys that machines come with.

use super::access;
use crate::schema::api_keys;
use crate::{Database, fault, record};
use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    SqliteConnection,
};
use domain::accounts::ApiKey;
use domain::ids::KeyId;
use jiff::Timestamp;
use ports::accounts::{AccessChange, ApiKeyRepository, KeyRights};
use ports::{Commit, Fault};
use stored::cells::{self, Cells, micros};
use stored::{StoredApiKey, principals};

/// [`ApiKeyRepository`] on SQLite.
#[derive(Clone)]
pub struct SqliteApiKeys {
    database: Database,
}

impl SqliteApiKeys {
    /// The keys in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ApiKeyRepository for SqliteApiKeys {
    async fn add(&self, key: &ApiKey, commit: &Commit) -> Result<(), Fault> {
        let (key, commit) = (key.clone(), commit.clone());
        self.database
            .write(move |connection| add(connection, &key, &commit))
            .await
    }

    async fn find(&self, id: KeyId) -> Result<Option<ApiKey>, Fault> {
        self.database
            .read(move |connection| find(connection, id))
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
            .read(move |connection| list(connection, after, limit))
            .await
    }

    async fn revoke(&self, id: KeyId, commit: &Commit) -> Result<bool, Fault> {
        let commit = commit.clone();
        self.database
            .write(move |connection| revoke(connection, id, &commit))
            .await
    }

    async fn used(&self, uses: &[(KeyId, Timestamp)]) -> Result<(), Fault> {
        let uses = uses.to_vec();
        self.database
            .write(move |connection| uses.iter().try_for_each(|one| used(connection, *one)))
            .await
    }
}

type Row = (
    Vec<u8>,
    String,
    String,
    Vec<u8>,
    String,
    i64,
    Option<i64>,
    Option<i64>,
);

fn read(row: Row) -> Result<ApiKey, Fault> {
    let (id, name, scopes, secret, created_by, created_at, last_used_at, revoked_at) = row;
    let shown = cells::shown(&id);
    let row = StoredApiKey {
        id: Cells::of("api_keys", &shown).id("id", &id)?,
        name,
        scopes,
        secret,
        created_by,
        created_at,
        last_used_at,
        revoked_at,
    };
    ApiKey::try_from(row)
}

fn add(connection: &mut SqliteConnection, key: &ApiKey, commit: &Commit) -> Result<(), Fault> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(cells::id(key.id.uuid())),
            api_keys::name.eq(key.name.as_str()),
            api_keys::scopes.eq(key.scopes.to_string()),
            api_keys::secret.eq(key.secret.as_bytes().as_slice()),
            api_keys::created_by.eq(principals::written(key.created_by)),
            api_keys::created_at.eq(micros(key.created_at)),
            api_keys::last_used_at.eq(key.last_used_at.map(micros)),
            api_keys::revoked_at.eq(key.revoked_at.map(micros)),
        ))
        .execute(connection)
        .map_err(fault::of("api_keys"))?;
    record::store(connection, commit, |_| true)
}

fn find(connection: &mut SqliteConnection, id: KeyId) -> Result<Option<ApiKey>, Fault> {
    let row: Option<Row> = api_keys::table
        .find(cells::id(id.uuid()))
        .first(connection)
        .optional()
        .map_err(fault::of("api_keys"))?;
    row.map(read).transpose()
}

fn list(
    connection: &mut SqliteConnection,
    after: Option<KeyId>,
    limit: u32,
) -> Result<Vec<ApiKey>, Fault> {
    let mut keys = api_keys::table
        .order(api_keys::id.desc())
        .limit(i64::from(limit))
        .into_boxed();
    if let Some(after) = after {
        keys = keys.filter(api_keys::id.lt(cells::id(after.uuid())));
    }
    let rows: Vec<Row> = keys.load(connection).map_err(fault::of("api_keys"))?;
    rows.into_iter().map(read).collect()
}

fn revoke(connection: &mut SqliteConnection, id: KeyId, commit: &Commit) -> Result<bool, Fault> {
    let this = api_keys::table.find(cells::id(id.uuid()));
    let revoked = diesel::update(this.filter(api_keys::revoked_at.is_null()))
        .set(api_keys::revoked_at.eq(micros(commit.at)))
        .execute(connection)
        .map_err(fault::of("api_keys"))?;
    if revoked == 0 {
        return Ok(find(connection, id)?.is_some());
    }
    access::note(connection, AccessChange::Key(id))?;
    record::store(connection, commit, |_| true)?;
    Ok(true)
}

fn used(connection: &mut SqliteConnection, (id, at): (KeyId, Timestamp)) -> Result<(), Fault> {
    let long_ago = at.checked_sub(ApiKey::NOTED_EVERY);
    let long_ago = micros(long_ago.unwrap_or(Timestamp::MIN));
    let this = api_keys::table.find(cells::id(id.uuid()));
    let unnoted = api_keys::last_used_at
        .is_null()
        .or(api_keys::last_used_at.le(long_ago));
    diesel::update(this.filter(unnoted))
        .set(api_keys::last_used_at.eq(micros(at)))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("api_keys"))
}
