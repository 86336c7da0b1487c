//! The keys that sign access tokens. Whoever changes them takes the lock of keys first, so that what was seen is compared
//! and added to with nobody in between; whoever only reads waits for nobody.

use crate::instants::{micros, stamp};
use crate::locks::{self, Only};
use crate::schema::signing_keys;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{ExpressionMethods, QueryDsl, Queryable, Selectable, SelectableHelper};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Pii;
use domain::ids::SigningKeyId;
use ports::Fault;
use ports::signing_keys::{SigningKey, SigningKeys};
use std::collections::BTreeSet;
use stored::Cells;
use uuid::Uuid;

/// [`SigningKeys`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresSigningKeys {
    database: Database,
}

impl PostgresSigningKeys {
    /// The keys in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
struct KeyCells {
    id: Uuid,
    secret: Vec<u8>,
    created_at: PgTimestamp,
    signs_from: PgTimestamp,
}

#[async_trait]
impl SigningKeys for PostgresSigningKeys {
    async fn all(&self) -> Result<Vec<SigningKey>, Fault> {
        self.database
            .read(|connection| Box::pin(all(connection)))
            .await
    }

    async fn add(&self, key: &SigningKey, seen: &[SigningKeyId]) -> Result<bool, Fault> {
        let (key, seen) = (key.clone(), seen.iter().copied().collect::<BTreeSet<_>>());
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    locks::wait(connection, Only::Keys).await?;
                    let there = all(connection).await?.into_iter().map(|key| key.id);
                    if there.collect::<BTreeSet<_>>() != seen {
                        return Ok(false);
                    }
                    insert(connection, &key).await.map(|()| true)
                })
            })
            .await
    }

    async fn replace_all(&self, key: &SigningKey) -> Result<u64, Fault> {
        let key = key.clone();
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    locks::wait(connection, Only::Keys).await?;
                    let others = signing_keys::table.filter(signing_keys::id.ne(key.id.uuid()));
                    let gone = diesel::delete(others).execute(connection).await;
                    let gone = gone.map_err(fault::of("signing_keys"))?;
                    insert(connection, &key).await?;
                    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
                })
            })
            .await
    }

    async fn remove(&self, ids: &[SigningKeyId]) -> Result<u64, Fault> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    locks::wait(connection, Only::Keys).await?;
                    let named = signing_keys::table.filter(signing_keys::id.eq_any(ids));
                    let gone = diesel::delete(named).execute(connection).await;
                    let gone = gone.map_err(fault::of("signing_keys"))?;
                    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
                })
            })
            .await
    }
}

async fn all(connection: &mut AsyncPgConnection) -> Result<Vec<SigningKey>, Fault> {
    let rows: Vec<KeyCells> = signing_keys::table
        .order((signing_keys::signs_from, signing_keys::id))
        .select(KeyCells::as_select())
        .load(connection)
        .await
        .map_err(fault::of("signing_keys"))?;
    rows.into_iter().map(SigningKey::try_from).collect()
}

/// Passes over a key that is there.
async fn insert(connection: &mut AsyncPgConnection, key: &SigningKey) -> Result<(), Fault> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::id.eq(key.id.uuid()),
            signing_keys::secret.eq(key.secret.reveal().as_slice()),
            signing_keys::created_at.eq(stamp(key.created_at)),
            signing_keys::signs_from.eq(stamp(key.signs_from)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("signing_keys"))
}

impl TryFrom<KeyCells> for SigningKey {
    type Error = Fault;

    fn try_from(row: KeyCells) -> Result<Self, Fault> {
        let cells = Cells::of("signing_keys", &row.id);
        Ok(Self {
            id: SigningKeyId::new(row.id),
            // Not the parser's error: it would carry the secret into the log.
            secret: Pii::new(cells.known("secret", <[u8; 32]>::try_from(row.secret).ok())?),
            created_at: cells.instant("created_at", micros(row.created_at))?,
            signs_from: cells.instant("signs_from", micros(row.signs_from))?,
        })
    }
}
