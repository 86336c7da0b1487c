//! Up to which place of the trail nothing can still turn up.
//!
//! A place is drawn while a row is written and seen once its transaction has ended, in any order. But INSERT takes a ROW
//! EXCLUSIVE lock on its table before it draws, and gives it back when its transaction has ended and can be seen. So: look
//! at the greatest place that can be seen, then at who holds that lock. Whoever has drawn a lower place has ended by then or
//! is one of those; when they have ended, all that there will ever be below the place can be read. Nobody waits for us, and
//! those who begin later do not matter. CREATE INDEX CONCURRENTLY waits for writers in the same way (PostgreSQL
//! documentation, "Building Indexes Concurrently"; "Table-Level Locks"; the view `pg_locks`).

use crate::written::Written;
use crate::{Database, fault};
use core::time::Duration;
use diesel::data_types::PgTimestamp;
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz};
use diesel_async::RunQueryDsl as _;
use ports::Fault;
use tokio::time::sleep;

/// Pauses between questions, 495 ms in all: shorter than what counts as a slow call.
const PAUSES_MS: [u64; 7] = [5, 10, 20, 40, 80, 160, 180];

/// The greatest place there was, and who was writing.
#[derive(Debug)]
pub struct Look {
    last_seq: i64,
    /// Transactions by their virtual ids, which a server does not give twice while it runs.
    writers: Vec<String>,
    /// The server that was asked, by when it started: what it says of its transactions means nothing to another.
    server: PgTimestamp,
}

/// What became of those who were writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// They have ended.
    Ended,
    /// Some are still at work.
    AtWork,
    /// Nobody knows: it is another server now.
    Unknown,
}

impl Look {
    /// First the place, then the writers: the other way round, one who begins in between would be overlooked.
    pub async fn now(database: &Database) -> Result<Self, Fault> {
        database
            .read(|connection| {
                Box::pin(async move {
                    let last = Written::<(BigInt, Timestamptz)>::begin(
                        "SELECT coalesce(max(seq), 0), pg_postmaster_start_time() FROM audit",
                    );
                    let (last_seq, server): (i64, PgTimestamp) = last
                        .get_result(connection)
                        .await
                        .map_err(fault::of("audit"))?;
                    let writing = Written::<Text>::begin(
                        "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted
                            AND mode = 'RowExclusiveLock' AND relation = 'audit'::regclass
                            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                    );
                    let writers: Vec<String> = writing
                        .load(connection)
                        .await
                        .map_err(fault::of("pg_locks"))?;
                    Ok(Self {
                        last_seq,
                        writers,
                        server,
                    })
                })
            })
            .await
    }

    /// The greatest place there was.
    pub const fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// Waits a little until all of the writers have ended.
    pub async fn writers(&self, database: &Database) -> Result<Writers, Fault> {
        for pause in PAUSES_MS {
            let writers = self.asked(database).await?;
            if writers != Writers::AtWork {
                return Ok(writers);
            }
            sleep(Duration::from_millis(pause)).await;
        }
        self.asked(database).await
    }

    async fn asked(&self, database: &Database) -> Result<Writers, Fault> {
        if self.writers.is_empty() {
            return Ok(Writers::Ended);
        }
        let (writers, server) = (self.writers.clone(), self.server);
        database
            .read(move |connection| {
                Box::pin(async move {
                    let asking = Written::<(Bool, Bool)>::begin("SELECT pg_postmaster_start_time() = ")
                        .instant(server)
                        .sql(
                            ", EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND granted
                                AND mode = 'RowExclusiveLock' AND relation = 'audit'::regclass
                                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                AND virtualtransaction = ANY(",
                        )
                        .texts(writers)
                        .sql("))");
                    let (same, at_work): (bool, bool) = asking
                        .get_result(connection)
                        .await
                        .map_err(fault::of("pg_locks"))?;
                    Ok(match (same, at_work) {
                        (false, _) => Writers::Unknown,
                        (true, true) => Writers::AtWork,
                        (true, false) => Writers::Ended,
                    })
                })
            })
            .await
    }
}
