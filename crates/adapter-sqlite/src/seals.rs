//! Seals, and the trail as it is sealed. Transactions follow each other here, so whatever can be read is settled.

use crate::schema::{audit, audit_seals};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::dsl::{count_star, max, min};
use diesel::sql_types::Text;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, QueryableByName, RunQueryDsl,
    Selectable, SelectableHelper, SqliteConnection,
};
use domain::seals::{Seal, TrailRow};
use ports::Fault;
use ports::seals::{AuditSeals, Protection, Tail};
use stored::cells::Cells;

/// [`AuditSeals`] on SQLite.
#[derive(Clone)]
pub struct SqliteAuditSeals {
    database: Database,
}

impl SqliteAuditSeals {
    /// The seals in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

/// What stands in for the missing right, as migrations name it.
const TRIGGERS: [&str; 6] = [
    "audit_is_not_changed",
    "audit_is_not_deleted",
    "audit_is_not_replaced",
    "audit_seals_are_not_changed",
    "audit_seals_are_not_deleted",
    "audit_seals_are_not_replaced",
];

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct TrailCells {
    seq: i64,
    at: i64,
    principal: String,
    request_id: String,
    action: String,
    user_id: Vec<u8>,
    object_id: Option<Vec<u8>>,
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
    sealed_at: i64,
    rows_digest: Vec<u8>,
    digest: Vec<u8>,
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    name: String,
}

#[async_trait]
impl AuditSeals for SqliteAuditSeals {
    async fn settled(&self) -> Result<Option<i64>, Fault> {
        let last = |connection: &mut SqliteConnection| {
            let last = audit::table.select(max(audit::seq)).first(connection);
            last.map(|last: Option<i64>| Some(last.unwrap_or_default()))
                .map_err(fault::of("audit"))
        };
        self.database.read(last).await
    }

    async fn rows(&self, after: i64, up_to: i64, limit: u32) -> Result<Vec<TrailRow>, Fault> {
        let rows = move |connection: &mut SqliteConnection| {
            let rows: Vec<TrailCells> = audit::table
                .filter(audit::seq.gt(after))
                .filter(audit::seq.le(up_to))
                .order(audit::seq)
                .limit(i64::from(limit))
                .select(TrailCells::as_select())
                .load(connection)
                .map_err(fault::of("audit"))?;
            rows.into_iter().map(TrailRow::try_from).collect()
        };
        self.database.read(rows).await
    }

    async fn tail(&self, after: i64) -> Result<Option<Tail>, Fault> {
        let tail = move |connection: &mut SqliteConnection| {
            let found: (i64, Option<i64>, Option<i64>) = audit::table
                .filter(audit::seq.gt(after))
                .select((count_star(), min(audit::seq), max(audit::seq)))
                .first(connection)
                .map_err(fault::of("audit"))?;
            Ok(stored::seals::tail(found))
        };
        self.database.read(tail).await
    }

    async fn newest(&self) -> Result<Option<Seal>, Fault> {
        let newest = |connection: &mut SqliteConnection| {
            let newest: Option<SealCells> = audit_seals::table
                .order(audit_seals::number.desc())
                .select(SealCells::as_select())
                .first(connection)
                .optional()
                .map_err(fault::of("audit_seals"))?;
            newest.map(Seal::try_from).transpose()
        };
        self.database.read(newest).await
    }

    async fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, Fault> {
        let seals = move |connection: &mut SqliteConnection| {
            let seals: Vec<SealCells> = audit_seals::table
                .filter(audit_seals::number.gt(after))
                .order(audit_seals::number)
                .limit(i64::from(limit))
                .select(SealCells::as_select())
                .load(connection)
                .map_err(fault::of("audit_seals"))?;
            seals.into_iter().map(Seal::try_from).collect()
        };
        self.database.read(seals).await
    }

    async fn add(&self, seal: &Seal) -> Result<bool, Fault> {
        let seal = seal.clone();
        self.database
            .write(move |connection| add(connection, &seal))
            .await
    }

    async fn protection(&self) -> Result<Protection, Fault> {
        let protection = |connection: &mut SqliteConnection| {
            let names = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_seals')";
            let there: Vec<Trigger> = diesel::sql_query(names)
                .load(connection)
                .map_err(fault::of("sqlite_schema"))?;
            let has = |name: &&str| there.iter().any(|trigger| trigger.name == **name);
            Ok(match TRIGGERS.iter().all(has) {
                true => Protection::Triggers,
                false => Protection::Nothing,
            })
        };
        self.database.read(protection).await
    }
}

/// Looks first: a trigger refuses an INSERT over a seal before SQLite could pass over it.
fn add(connection: &mut SqliteConnection, seal: &Seal) -> Result<bool, Fault> {
    let taken: i64 = audit_seals::table
        .filter(audit_seals::number.eq(seal.number))
        .count()
        .get_result(connection)
        .map_err(fault::of("audit_seals"))?;
    if taken > 0 {
        return Ok(false);
    }
    diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::number.eq(seal.number),
            audit_seals::encoding.eq(seal.encoding),
            audit_seals::first_seq.eq(seal.first_seq),
            audit_seals::last_seq.eq(seal.last_seq),
            audit_seals::row_count.eq(seal.row_count),
            audit_seals::sealed_at.eq(seal.sealed_at_us),
            audit_seals::rows_digest.eq(seal.rows_digest.as_bytes().as_slice()),
            audit_seals::digest.eq(seal.digest.as_bytes().as_slice()),
        ))
        .execute(connection)
        .map(|rows| rows > 0)
        .map_err(fault::of("audit_seals"))
}

impl TryFrom<TrailCells> for TrailRow {
    type Error = Fault;

    fn try_from(row: TrailCells) -> Result<Self, Fault> {
        let cells = Cells::of("audit", &row.seq);
        let object = row.object_id.as_deref();
        Ok(Self {
            seq: row.seq,
            at_us: row.at,
            user: cells.id("user_id", &row.user_id)?,
            object: object.map(|id| cells.id("object_id", id)).transpose()?,
            principal: row.principal,
            request_id: row.request_id,
            action: row.action,
            changes: row.changes,
        })
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
            sealed_at_us: row.sealed_at,
            rows_digest: cells.digest("rows_digest", &row.rows_digest)?,
            digest: cells.digest("digest", &row.digest)?,
        })
    }
}
