//! Leases as rows: one statement takes, renews or refuses.

use crate::instants::stamp;
use crate::written::Written;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ports::Fault;
use ports::leases::Leases;
use uuid::Uuid;

/// [`Leases`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresLeases {
    database: Database,
}

impl PostgresLeases {
    /// The leases in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Leases for PostgresLeases {
    async fn take(
        &self,
        name: &'static str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let take = Written::<()>::begin("INSERT INTO leases (name, holder, expires_at) VALUES (")
                        .text(name)
                        .sql(", ")
                        .id(holder)
                        .sql(", ")
                        .instant(stamp(until))
                        .sql(
                            ") ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
                            WHERE leases.holder = excluded.holder OR leases.expires_at <= ",
                        )
                        .instant(stamp(now));
                    let taken = take.execute(connection).await;
                    taken.map(|rows| rows > 0).map_err(fault::of("leases"))
                })
            })
            .await
    }

    async fn release(&self, name: &'static str, holder: Uuid) -> Result<(), Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let release = Written::<()>::begin("DELETE FROM leases WHERE name = ")
                        .text(name)
                        .sql(" AND holder = ")
                        .id(holder);
                    let released = release.execute(connection).await;
                    released.map(drop).map_err(fault::of("leases"))
                })
            })
            .await
    }
}
