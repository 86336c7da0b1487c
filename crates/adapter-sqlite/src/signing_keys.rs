//! The keys that sign access tokens. Transactions follow each other here, so what was seen is compared and added to in one.

use crate::schema::signing_keys;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{
    ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use domain::Pii;
use domain::ids::SigningKeyId;
use ports::Fault;
use ports::signing_keys::{SigningKey, SigningKeys};
use std::collections::BTreeSet;
use stored::cells::{self, Cells, micros};

/// [`SigningKeys`] on SQLite.
#[derive(Clone)]
pub struct SqliteSigningKeys {
    database: Database,
}

impl SqliteSigningKeys {
    /// The keys in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
struct KeyCells {
    id: Vec<u8>,
    secret: Vec<u8>,
    created_at: i64,
    signs_from: i64,
}

#[async_trait]
impl SigningKeys for SqliteSigningKeys {
    async fn all(&self) -> Result<Vec<SigningKey>, Fault> {
        self.database.read(all).await
    }

    async fn add(&self, key: &SigningKey, seen: &[SigningKeyId]) -> Result<bool, Fault> {
        let (key, seen) = (key.clone(), seen.iter().copied().collect::<BTreeSet<_>>());
        let add = move |connection: &mut SqliteConnection| {
            let there = all(connection)?.into_iter().map(|key| key.id);
            if there.collect::<BTreeSet<_>>() != seen {
                return Ok(false);
            }
            insert(connection, &key).map(|()| true)
        };
        self.database.write(add).await
    }

    async fn replace_all(&self, key: &SigningKey) -> Result<u64, Fault> {
        let key = key.clone();
        let replace = move |connection: &mut SqliteConnection| {
            let others = signing_keys::table.filter(signing_keys::id.ne(cells::id(key.id.uuid())));
            let gone = diesel::delete(others).execute(connection);
            let gone = gone.map_err(fault::of("signing_keys"))?;
            insert(connection, &key)?;
            Ok(u64::try_from(gone).unwrap_or(u64::MAX))
        };
        self.database.write(replace).await
    }

    async fn remove(&self, ids: &[SigningKeyId]) -> Result<u64, Fault> {
        let ids: Vec<Vec<u8>> = ids.iter().map(|id| cells::id(id.uuid())).collect();
        let remove = move |connection: &mut SqliteConnection| {
            let named = signing_keys::table.filter(signing_keys::id.eq_any(ids));
            let gone = diesel::delete(named).execute(connection);
            let gone = gone.map_err(fault::of("signing_keys"))?;
            Ok(u64::try_from(gone).unwrap_or(u64::MAX))
        };
        self.database.write(remove).await
    }
}

fn all(connection: &mut SqliteConnection) -> Result<Vec<SigningKey>, Fault> {
    let rows: Vec<KeyCells> = signing_keys::table
        .order((signing_keys::signs_from, signing_keys::id))
        .select(KeyCells::as_select())
        .load(connection)
        .map_err(fault::of("signing_keys"))?;
    rows.into_iter().map(SigningKey::try_from).collect()
}

/// Passes over a key that is there.
fn insert(connection: &mut SqliteConnection, key: &SigningKey) -> Result<(), Fault> {
    diesel::insert_or_ignore_into(signing_keys::table)
        .values((
            signing_keys::id.eq(cells::id(key.id.uuid())),
            signing_keys::secret.eq(key.secret.reveal().as_slice()),
            signing_keys::created_at.eq(micros(key.created_at)),
            signing_keys::signs_from.eq(micros(key.signs_from)),
        ))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("signing_keys"))
}

impl TryFrom<KeyCells> for SigningKey {
    type Error = Fault;

    fn try_from(row: KeyCells) -> Result<Self, Fault> {
        let shown = cells::shown(&row.id);
        let cells = Cells::of("signing_keys", &shown);
        Ok(Self {
            id: SigningKeyId::new(cells.id("id", &row.id)?),
            // Not the parser's error: it would carry the secret into the log.
            secret: Pii::new(cells.known("secret", <[u8; 32]>::try_from(row.secret).ok())?),
            created_at: cells.instant("created_at", row.created_at)?,
            signs_from: cells.instant("signs_from", row.signs_from)?,
        })
    }
}
