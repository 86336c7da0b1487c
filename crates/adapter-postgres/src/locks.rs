//! Locks that belong to no row (PostgreSQL "Advisory Locks"), held until the transaction ends.

use crate::fault;
use crate::written::Written;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ports::Fault;

/// The first half of each key of ours, so that nobody else's locks are met: "must" as four bytes.
const OURS: i32 = 0x6D75_7374;

/// What is done by one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Changing the schema.
    Migrate = 1,
    /// Making and spending set-up links.
    SetUp = 2,
    /// Making the installation's secrets.
    Keys = 3,
    /// Serving without a Redis.
    Serve = 4,
    /// Entering a batch of people: two that have emails in common would wait for each other.
    Batch = 5,
}

/// Both halves of a lock's key.
pub const fn key(only: Only) -> (i32, i32) {
    (OURS, only as i32)
}

/// The statement that takes a lock for a session, for connections outside of the pool.
pub fn for_session(only: Only) -> String {
    format!("SELECT pg_advisory_lock({OURS}, {})", only as i32)
}

/// Waits for a lock, at most as long as for any other (`lock_timeout`).
pub async fn wait(connection: &mut AsyncPgConnection, only: Only) -> Result<(), Fault> {
    let waiting = Written::<Bool>::begin("SELECT pg_advisory_xact_lock(")
        .int(OURS)
        .sql(", ")
        .int(only as i32)
        .sql(") IS NOT NULL");
    let waited: Result<bool, _> = waiting.get_result(connection).await;
    waited.map(drop).map_err(fault::of("waiting for a lock"))
}

/// Takes the lock of this text, or answers that somebody has it.
pub async fn of_text(connection: &mut AsyncPgConnection, text: &str) -> Result<bool, Fault> {
    let trying = Written::<Bool>::begin("SELECT pg_try_advisory_xact_lock(hashtextextended(")
        .text(text)
        .sql(", 0))");
    trying
        .get_result(connection)
        .await
        .map_err(fault::of("taking a lock"))
}
