//! The outbox: a lease and a deferral are both nothing but a later `due_at`.

use crate::schema::outbox;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::Fault;
use ports::outbox::{Delivery, Outbox};
use stored::cells::{Cells, micros};
use stored::deliveries;

/// [`Outbox`] on SQLite.
#[derive(Clone)]
pub struct SqliteOutbox {
    database: Database,
}

impl SqliteOutbox {
    /// The outbox of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    seq: i64,
    kind: String,
    user_id: Vec<u8>,
    object_id: Option<Vec<u8>>,
    version: Option<i64>,
    at: i64,
    request_id: String,
    traceparent: Option<String>,
    attempts: i64,
}

#[async_trait]
impl Outbox for SqliteOutbox {
    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        let claim = move |connection: &mut diesel::SqliteConnection| {
            let rows: Vec<Row> = outbox::table
                .filter(outbox::due_at.le(micros(now)))
                .order(outbox::seq)
                .limit(i64::from(limit))
                .select(Row::as_select())
                .load(connection)
                .map_err(fault::of("outbox"))?;
            for row in &rows {
                diesel::update(outbox::table.find(row.seq))
                    .set((
                        outbox::due_at.eq(micros(until)),
                        outbox::attempts.eq(outbox::attempts + 1),
                    ))
                    .execute(connection)
                    .map_err(fault::of("outbox"))?;
            }
            Ok(deliveries::readable(rows))
        };
        self.database.write(claim).await
    }

    async fn settle(&self, seq: i64) -> Result<(), Fault> {
        let settle = move |connection: &mut diesel::SqliteConnection| {
            diesel::delete(outbox::table.find(seq))
                .execute(connection)
                .map(drop)
                .map_err(fault::of("outbox"))
        };
        self.database.write(settle).await
    }

    async fn defer(&self, seq: i64, until: Timestamp) -> Result<(), Fault> {
        let defer = move |connection: &mut diesel::SqliteConnection| {
            diesel::update(outbox::table.find(seq))
                .set(outbox::due_at.eq(micros(until)))
                .execute(connection)
                .map(drop)
                .map_err(fault::of("outbox"))
        };
        self.database.write(defer).await
    }
}

impl TryFrom<Row> for Delivery {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("outbox", &row.seq);
        let event = Event {
            kind: cells.known("kind", EventKind::parse(&row.kind))?,
            user: UserId::new(cells.id("user_id", &row.user_id)?),
            object: row
                .object_id
                .as_deref()
                .map(|id| cells.id("object_id", id))
                .transpose()?,
            version: row
                .version
                .map(|version| cells.version("version", version))
                .transpose()?,
        };
        Ok(Self {
            seq: row.seq,
            event,
            at: cells.instant("at", row.at)?,
            attempts: cells.whole("attempts", row.attempts)?,
            request_id: row.request_id,
            traceparent: row.traceparent,
        })
    }
}
