//! The outbox: a lease and a deferral are both nothing but a later `due_at`. Workers pass over rows that
//! another is just taking.

use crate::instants::{micros, stamp};
use crate::schema::outbox;
use crate::written::Written;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl as _;
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::Fault;
use ports::outbox::{Delivery, Outbox};
use stored::{Cells, deliveries};
use uuid::Uuid;

/// [`Outbox`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresOutbox {
    database: Database,
}

impl PostgresOutbox {
    /// The outbox of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

type Columns = (
    BigInt,
    Text,
    SqlUuid,
    Nullable<SqlUuid>,
    Nullable<BigInt>,
    Timestamptz,
    Text,
    Nullable<Text>,
    BigInt,
);

#[derive(diesel::Queryable)]
struct Row {
    seq: i64,
    kind: String,
    user_id: Uuid,
    object_id: Option<Uuid>,
    version: Option<i64>,
    at: PgTimestamp,
    request_id: String,
    traceparent: Option<String>,
    attempts: i64,
}

#[async_trait]
impl Outbox for PostgresOutbox {
    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let claim = Written::<Columns>::begin("UPDATE outbox SET attempts = attempts + 1, due_at = ")
                        .instant(stamp(until))
                        .sql(" WHERE seq IN (SELECT seq FROM outbox WHERE due_at <= ")
                        .instant(stamp(now))
                        .sql(" ORDER BY seq LIMIT ")
                        .long(i64::from(limit))
                        .sql(
                            " FOR UPDATE SKIP LOCKED)
                            RETURNING seq, kind, user_id, object_id, version, at, request_id, traceparent, attempts - 1",
                        );
                    let rows: Vec<Row> = claim
                        .load(connection)
                        .await
                        .map_err(fault::of("outbox"))?;
                    Ok(deliveries::readable(rows))
                })
            })
            .await
    }

    async fn settle(&self, seq: i64) -> Result<(), Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    diesel::delete(outbox::table.find(seq))
                        .execute(connection)
                        .await
                        .map(drop)
                        .map_err(fault::of("outbox"))
                })
            })
            .await
    }

    async fn defer(&self, seq: i64, until: Timestamp) -> Result<(), Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    diesel::update(outbox::table.find(seq))
                        .set(outbox::due_at.eq(stamp(until)))
                        .execute(connection)
                        .await
                        .map(drop)
                        .map_err(fault::of("outbox"))
                })
            })
            .await
    }
}

impl TryFrom<Row> for Delivery {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("outbox", &row.seq);
        let event = Event {
            kind: cells.known("kind", EventKind::parse(&row.kind))?,
            user: UserId::new(row.user_id),
            object: row.object_id,
            version: row
                .version
                .map(|version| cells.version("version", version))
                .transpose()?,
        };
        Ok(Self {
            seq: row.seq,
            event,
            at: cells.instant("at", micros(row.at))?,
            attempts: cells.whole("attempts", row.attempts)?,
            request_id: row.request_id,
            traceparent: row.traceparent,
        })
    }
}
