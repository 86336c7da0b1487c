//! The trail of what was done. Rows are written by `record`, in the transaction of the change; here
//! they are only read.

use crate::schema::audit;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use domain::actors::Principal;
use domain::audit::{Action, Audit};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{AuditRecord, AuditTrail};
use stored::cells::{self, Cells};
use stored::{changes, principals};

/// [`AuditTrail`] on SQLite.
#[derive(Clone)]
pub struct SqliteAuditTrail {
    database: Database,
}

impl SqliteAuditTrail {
    /// The trail in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    async fn page(
        &self,
        rows: Rows,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault> {
        let page = move |connection: &mut SqliteConnection| {
            let rows: Vec<Row> = rows
                .filter(audit::seq.lt(before.unwrap_or(i64::MAX)))
                .order(audit::seq.desc())
                .limit(i64::from(limit))
                .select(Row::as_select())
                .load(connection)
                .map_err(fault::of("audit"))?;
            rows.into_iter().map(AuditRecord::try_from).collect()
        };
        self.database.read(page).await
    }
}

type Rows = audit::BoxedQuery<'static, Sqlite>;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct Row {
    seq: i64,
    at: i64,
    principal: String,
    request_id: String,
    action: String,
    user_id: Vec<u8>,
    object_id: Option<Vec<u8>>,
    changes: String,
}

#[async_trait]
impl AuditTrail for SqliteAuditTrail {
    async fn of_user(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault> {
        let about = audit::user_id.eq(cells::id(user.uuid()));
        let about = audit::table.into_boxed().filter(about);
        self.page(about, before, limit).await
    }

    async fn left_by(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault> {
        let by = audit::principal.eq(principals::written(Principal::User(user)));
        let left = audit::table.into_boxed().filter(by);
        let about_others = left.filter(audit::user_id.ne(cells::id(user.uuid())));
        self.page(about_others, before, limit).await
    }
}

impl TryFrom<Row> for AuditRecord {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("audit", &row.seq);
        let entry = Audit {
            action: cells.known("action", Action::parse(&row.action))?,
            user: UserId::new(cells.id("user_id", &row.user_id)?),
            object: row
                .object_id
                .as_deref()
                .map(|id| cells.id("object_id", id))
                .transpose()?,
            changes: changes::read(&cells, &row.changes)?,
        };
        Ok(Self {
            seq: row.seq,
            at: cells.instant("at", row.at)?,
            by: cells.known("principal", principals::read(&row.principal))?,
            entry,
            request_id: row.request_id,
        })
    }
}
