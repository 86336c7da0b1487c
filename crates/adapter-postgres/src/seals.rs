//! Seals, and the trail as it is sealed. Places are drawn when a row is written and seen when its transaction ends, so
//! `writers` says up to where nothing can still turn up.

use crate::instants::{micros, stamp_us};
use crate::schema::{audit, audit_seals};
use crate::writers::{Look, Writers};
use crate::written::Written;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::dsl::{count_star, max, min};
use diesel::sql_types::{BigInt, Bool};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::seals::{Seal, TrailRow};
use ports::Fault;
use ports::seals::{AuditSeals, Protection, Tail};
use std::sync::Arc;
use stored::Cells;
use tokio::sync::Mutex;
use uuid::Uuid;

/// [`AuditSeals`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresAuditSeals {
    database: Database,
    /// A look at writers of whom some were still at work.
    unfinished: Arc<Mutex<Option<Look>>>,
}

impl PostgresAuditSeals {
    /// The seals in this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            unfinished: Arc::default(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct TrailCells {
    seq: i64,
    at: PgTimestamp,
    principal: String,
    request_id: String,
    action: String,
    user_id: Uuid,
    object_id: Option<Uuid>,
    changes: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_seals)]
struct SealCells {
    number: i64,
    encoding: i64,
    first_seq: i64,
    last_seq: i64,
    row_count: i64,
    sealed_at: PgTimestamp,
    rows_digest: Vec<u8>,
    digest: Vec<u8>,
}

#[async_trait]
impl AuditSeals for PostgresAuditSeals {
    /// A look that some writers outlasted is kept for the next time: those who write without a pause between them do not
    /// put sealing off for ever.
    async fn settled(&self) -> Result<Option<i64>, Fault> {
        let mut unfinished = self.unfinished.lock().await;
        let look = match unfinished.take() {
            Some(look) => look,
            None => Look::now(&self.database).await?,
        };
        match look.writers(&self.database).await? {
            Writers::Ended => return Ok(Some(look.last_seq())),
            Writers::AtWork => *unfinished = Some(look),
            Writers::Unknown => {}
        }
        Ok(None)
    }

    async fn rows(&self, after: i64, up_to: i64, limit: u32) -> Result<Vec<TrailRow>, Fault> {
        self.database
            .read(move |connection| {
                Box::pin(async move {
                    let rows: Vec<TrailCells> = audit::table
                        .filter(audit::seq.gt(after))
                        .filter(audit::seq.le(up_to))
                        .order(audit::seq)
                        .limit(i64::from(limit))
                        .select(TrailCells::as_select())
                        .load(connection)
                        .await
                        .map_err(fault::of("audit"))?;
                    Ok(rows.into_iter().map(TrailRow::from).collect())
                })
            })
            .await
    }

    async fn tail(&self, after: i64) -> Result<Option<Tail>, Fault> {
        self.database
            .read(move |connection| {
                Box::pin(async move {
                    let found: (i64, Option<i64>, Option<i64>) = audit::table
                        .filter(audit::seq.gt(after))
                        .select((count_star(), min(audit::seq), max(audit::seq)))
                        .first(connection)
                        .await
                        .map_err(fault::of("audit"))?;
                    Ok(stored::seals::tail(found))
                })
            })
            .await
    }

    async fn newest(&self) -> Result<Option<Seal>, Fault> {
        self.database
            .read(|connection| {
                Box::pin(async move {
                    let newest: Option<SealCells> = audit_seals::table
                        .order(audit_seals::number.desc())
                        .select(SealCells::as_select())
                        .first(connection)
                        .await
                        .optional()
                        .map_err(fault::of("audit_seals"))?;
                    newest.map(Seal::try_from).transpose()
                })
            })
            .await
    }

    async fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, Fault> {
        self.database
            .read(move |connection| {
                Box::pin(async move {
                    let seals: Vec<SealCells> = audit_seals::table
                        .filter(audit_seals::number.gt(after))
                        .order(audit_seals::number)
                        .limit(i64::from(limit))
                        .select(SealCells::as_select())
                        .load(connection)
                        .await
                        .map_err(fault::of("audit_seals"))?;
                    seals.into_iter().map(Seal::try_from).collect()
                })
            })
            .await
    }

    async fn add(&self, seal: &Seal) -> Result<bool, Fault> {
        let seal = seal.clone();
        self.database
            .write(move |connection| Box::pin(add(connection, seal)))
            .await
    }

    async fn protection(&self) -> Result<Protection, Fault> {
        self.database
            .read(|connection| Box::pin(protection(connection)))
            .await
    }
}

async fn add(connection: &mut AsyncPgConnection, seal: Seal) -> Result<bool, Fault> {
    let added = diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::number.eq(seal.number),
            audit_seals::encoding.eq(seal.encoding),
            audit_seals::first_seq.eq(seal.first_seq),
            audit_seals::last_seq.eq(seal.last_seq),
            audit_seals::row_count.eq(seal.row_count),
            audit_seals::sealed_at.eq(stamp_us(seal.sealed_at_us)),
            audit_seals::rows_digest.eq(seal.rows_digest.as_bytes().as_slice()),
            audit_seals::digest.eq(seal.digest.as_bytes().as_slice()),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await;
    added.map(|rows| rows > 0).map_err(fault::of("audit_seals"))
}

/// A right is the role's own, PUBLIC's or that of a role it is a member of; whoever owns a table, or could become its
/// owner, gives itself any. A trigger that was turned off is none.
async fn protection(connection: &mut AsyncPgConnection) -> Result<Protection, Fault> {
    let asked = Written::<(Bool, BigInt)>::begin(
        "SELECT bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') OR pg_has_role(c.relowner, 'MEMBER')),
            count(*) FILTER (WHERE EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled IN ('O', 'A')
                AND t.tgname IN ('audit_is_not_changed', 'audit_seals_are_not_changed')))
        FROM pg_class c WHERE c.oid IN ('audit'::regclass, 'audit_seals'::regclass)",
    );
    let (may, guarded): (bool, i64) = asked
        .get_result(connection)
        .await
        .map_err(fault::of("asking for rights"))?;
    Ok(match (may, guarded) {
        (false, _) => Protection::Rights,
        (true, 2) => Protection::Triggers,
        (true, _) => Protection::Nothing,
    })
}

impl From<TrailCells> for TrailRow {
    fn from(row: TrailCells) -> Self {
        Self {
            seq: row.seq,
            at_us: micros(row.at),
            principal: row.principal,
            request_id: row.request_id,
            action: row.action,
            user: row.user_id,
            object: row.object_id,
            changes: row.changes,
        }
    }
}

impl TryFrom<SealCells> for Seal {
    type Error = Fault;

    fn try_from(row: SealCells) -> Result<Self, Fault> {
        let cells = Cells::of("audit_seals", &row.number);
        Ok(Self {
            number: row.number,
            encoding: row.encoding,
            first_seq: row.first_seq,
            last_seq: row.last_seq,
            row_count: row.row_count,
            sealed_at_us: micros(row.sealed_at),
            rows_digest: cells.digest("rows_digest", &row.rows_digest)?,
            digest: cells.digest("digest", &row.digest)?,
        })
    }
}
