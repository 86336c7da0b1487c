//! What every process has to know of who may no longer do what: written beside the change, read again and again.

use crate::written::Written;
use crate::{Database, fault};
use async_trait::async_trait;
use core::time::Duration;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ports::Fault;
use ports::accounts::{AccessChange, AccessChanges};
use stored::{Cells, access};
use uuid::Uuid;

/// [`AccessChanges`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresAccessChanges {
    database: Database,
}

impl PostgresAccessChanges {
    /// The changes in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AccessChanges for PostgresAccessChanges {
    async fn within(&self, last: Duration) -> Result<Vec<AccessChange>, Fault> {
        self.database
            .read(move |connection| Box::pin(within(connection, last)))
            .await
    }

    async fn forget_older(&self, than: Duration) -> Result<u64, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let older = Written::<()>::begin(
                        "DELETE FROM access_changes WHERE at < clock_timestamp() - ",
                    )
                    .long(access::micros(than))
                    .sql(" * interval '1 microsecond'");
                    let forgotten = older.execute(connection).await;
                    forgotten
                        .map(|rows| rows as u64)
                        .map_err(fault::of("access_changes"))
                })
            })
            .await
    }
}

async fn within(
    connection: &mut AsyncPgConnection,
    last: Duration,
) -> Result<Vec<AccessChange>, Fault> {
    type Columns = (BigInt, Text, SqlUuid, Nullable<BigInt>);
    let recent = Written::<Columns>::begin(
        "SELECT seq, kind, subject, version FROM access_changes WHERE at >= clock_timestamp() - ",
    )
    .long(access::micros(last))
    .sql(" * interval '1 microsecond' ORDER BY seq");
    let rows: Vec<(i64, String, Uuid, Option<i64>)> = recent
        .load(connection)
        .await
        .map_err(fault::of("access_changes"))?;
    let changes = rows.into_iter().map(|(seq, kind, subject, version)| {
        access::read(&Cells::of("access_changes", &seq), &kind, subject, version)
    });
    changes.collect()
}

/// Writes changes beside what changed.
pub async fn note(
    connection: &mut AsyncPgConnection,
    changes: &[AccessChange],
) -> Result<(), Fault> {
    if changes.is_empty() {
        return Ok(());
    }
    let (mut kinds, mut subjects, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let (kind, subject, version) = access::written(*change);
        kinds.push(kind.to_owned());
        subjects.push(subject);
        versions.push(version);
    }
    let insert = Written::<()>::begin(
        "INSERT INTO access_changes (kind, subject, version) SELECT * FROM unnest(",
    )
    .texts(kinds)
    .sql(", ")
    .ids(subjects)
    .sql(", ")
    .maybe_longs(versions)
    .sql(")");
    let noted = insert.execute(connection).await;
    noted.map(drop).map_err(fault::of("access_changes"))
}
