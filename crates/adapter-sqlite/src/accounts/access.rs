//! What every process has to know of who may no longer do what: written beside the change, read again and again.

use crate::schema::access_changes;
use crate::{Database, fault};
use async_trait::async_trait;
use core::time::Duration;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use ports::Fault;
use ports::accounts::{AccessChange, AccessChanges};
use stored::access;
use stored::cells::{self, Cells};

/// The database's clock in microseconds, as the column's default says it.
const NOW: &str = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";

/// [`AccessChanges`] on SQLite.
#[derive(Clone)]
pub struct SqliteAccessChanges {
    database: Database,
}

impl SqliteAccessChanges {
    /// The changes in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AccessChanges for SqliteAccessChanges {
    async fn within(&self, last: Duration) -> Result<Vec<AccessChange>, Fault> {
        self.database
            .read(move |connection| within(connection, last))
            .await
    }

    async fn forget_older(&self, than: Duration) -> Result<u64, Fault> {
        let forget = move |connection: &mut SqliteConnection| {
            let older = access_changes::table.filter(access_changes::at.lt(ago(than)));
            let forgotten = diesel::delete(older).execute(connection);
            forgotten
                .map(|rows| rows as u64)
                .map_err(fault::of("access_changes"))
        };
        self.database.write(forget).await
    }
}

fn ago(time: Duration) -> diesel::expression::SqlLiteral<BigInt> {
    sql(&format!("{NOW} - {}", access::micros(time)))
}

fn within(connection: &mut SqliteConnection, last: Duration) -> Result<Vec<AccessChange>, Fault> {
    let rows: Vec<(i64, String, Vec<u8>, Option<i64>)> = access_changes::table
        .filter(access_changes::at.ge(ago(last)))
        .order(access_changes::seq)
        .select((
            access_changes::seq,
            access_changes::kind,
            access_changes::subject,
            access_changes::version,
        ))
        .load(connection)
        .map_err(fault::of("access_changes"))?;
    let changes = rows.into_iter().map(|(seq, kind, subject, version)| {
        let cells = Cells::of("access_changes", &seq);
        access::read(&cells, &kind, cells.id("subject", &subject)?, version)
    });
    changes.collect()
}

/// Writes a change beside what changed.
pub fn note(connection: &mut SqliteConnection, change: AccessChange) -> Result<(), Fault> {
    let (kind, subject, version) = access::written(change);
    diesel::insert_into(access_changes::table)
        .values((
            access_changes::kind.eq(kind),
            access_changes::subject.eq(cells::id(subject)),
            access_changes::version.eq(version),
        ))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("access_changes"))
}
