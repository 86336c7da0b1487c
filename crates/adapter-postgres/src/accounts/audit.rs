//! The trail of what was done. Rows are written by `record`, in the transaction of the change; here
//! they are only read.

use crate::instants::micros;
use crate::schema::audit;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::pg::Pg;
use diesel::{ExpressionMethods, QueryDsl, Queryable, Selectable, SelectableHelper};
use diesel_async::RunQueryDsl as _;
use domain::actors::Principal;
use domain::audit::{Action, Audit};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{AuditRecord, AuditTrail};
use stored::{Cells, changes, principals};
use uuid::Uuid;

/// [`AuditTrail`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresAuditTrail {
    database: Database,
}

impl PostgresAuditTrail {
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
        self.database
            .read(move |connection| {
                Box::pin(async move {
                    let rows: Vec<Row> = rows
                        .filter(audit::seq.lt(before.unwrap_or(i64::MAX)))
                        .order(audit::seq.desc())
                        .limit(i64::from(limit))
                        .select(Row::as_select())
                        .load(connection)
                        .await
                        .map_err(fault::of("audit"))?;
                    rows.into_iter().map(AuditRecord::try_from).collect()
                })
            })
            .await
    }
}

type Rows = audit::BoxedQuery<'static, Pg>;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct Row {
    seq: i64,
    at: PgTimestamp,
    principal: String,
    request_id: String,
    action: String,
    user_id: Uuid,
    object_id: Option<Uuid>,
    changes: String,
}

#[async_trait]
impl AuditTrail for PostgresAuditTrail {
    async fn of_user(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault> {
        let about = audit::table
            .into_boxed()
            .filter(audit::user_id.eq(user.uuid()));
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
        let about_others = left.filter(audit::user_id.ne(user.uuid()));
        self.page(about_others, before, limit).await
    }
}

impl TryFrom<Row> for AuditRecord {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("audit", &row.seq);
        let entry = Audit {
            action: cells.known("action", Action::parse(&row.action))?,
            user: UserId::new(row.user_id),
            object: row.object_id,
            changes: changes::read(&cells, &row.changes)?,
        };
        Ok(Self {
            seq: row.seq,
            at: cells.instant("at", micros(row.at))?,
            by: cells.known("principal", principals::read(&row.principal))?,
            entry,
            request_id: row.request_id,
        })
    }
}
