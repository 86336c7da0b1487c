//! Leases as rows. The data folder belongs to one process anyway; the promise is kept all the same.

use crate::schema::leases;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::query_dsl::methods::FilterDsl as _;
use diesel::upsert::excluded;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use jiff::Timestamp;
use ports::Fault;
use ports::leases::Leases;
use stored::cells::{id, micros};
use uuid::Uuid;

/// [`Leases`] on SQLite.
#[derive(Clone)]
pub struct SqliteLeases {
    database: Database,
}

impl SqliteLeases {
    /// The leases in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Leases for SqliteLeases {
    async fn take(
        &self,
        name: &'static str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let take = move |connection: &mut SqliteConnection| {
            let mine_or_over = leases::holder
                .eq(excluded(leases::holder))
                .or(leases::expires_at.le(micros(now)));
            let taken = diesel::insert_into(leases::table)
                .values((
                    leases::name.eq(name),
                    leases::holder.eq(id(holder)),
                    leases::expires_at.eq(micros(until)),
                ))
                .on_conflict(leases::name)
                .do_update()
                .set((
                    leases::holder.eq(excluded(leases::holder)),
                    leases::expires_at.eq(excluded(leases::expires_at)),
                ))
                .filter(mine_or_over)
                .execute(connection);
            taken.map(|rows| rows > 0).map_err(fault::of("leases"))
        };
        self.database.write(take).await
    }

    async fn release(&self, name: &'static str, holder: Uuid) -> Result<(), Fault> {
        let release = move |connection: &mut SqliteConnection| {
            let mine = QueryDsl::filter(leases::table.find(name), leases::holder.eq(id(holder)));
            diesel::delete(mine)
                .execute(connection)
                .map(drop)
                .map_err(fault::of("leases"))
        };
        self.database.write(release).await
    }
}
