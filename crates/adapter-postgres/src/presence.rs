//! The right to work with a database: alone for those without a Redis, since what one process remembers another would not hear
//! of; side by side for those who share one. Neither while others have the other.

use crate::locks::{self, Only};
use crate::written::Written;
use crate::{Database, fault};
use core::time::Duration;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ports::Fault;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// Whoever does not answer for so long is taken to be gone, and the lock with it.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// How a process works with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Nobody else may.
    Alone,
    /// Others may, in the same manner.
    SideBySide,
}

/// Held while the value lives and its connection does.
pub struct Presence {
    database: Database,
    manner: Manner,
    connection: Mutex<Option<AsyncPgConnection>>,
}

impl Database {
    /// Takes the right to work in this manner; `None` when others work in another.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be asked.
    pub async fn enter(&self, manner: Manner) -> Result<Option<Presence>, Fault> {
        let taken = self.taken(manner).await?;
        Ok(taken.map(|connection| Presence {
            database: self.clone(),
            manner,
            connection: Mutex::new(Some(connection)),
        }))
    }

    async fn taken(&self, manner: Manner) -> Result<Option<AsyncPgConnection>, Fault> {
        let mut connection = self.alone().await?;
        let (ours, serve) = locks::key(Only::Serve);
        let asking = Written::<Bool>::begin(match manner {
            Manner::Alone => "SELECT pg_try_advisory_lock(",
            Manner::SideBySide => "SELECT pg_try_advisory_lock_shared(",
        })
        .int(ours)
        .sql(", ")
        .int(serve)
        .sql(")");
        let taken: bool = asking
            .get_result(&mut connection)
            .await
            .map_err(fault::of("taking a lock"))?;
        Ok(taken.then_some(connection))
    }
}

impl Presence {
    /// Whether the right is still ours. A lock goes with its connection, so one that was lost is taken again, unless
    /// somebody else was quicker.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be asked.
    pub async fn renew(&self) -> Result<bool, Fault> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = held.as_mut() {
            let asked = Written::<Bool>::begin("SELECT true").get_result::<bool>(connection);
            if let Ok(Ok(true)) = timeout(ANSWERS_WITHIN, asked).await {
                return Ok(true);
            }
        }
        *held = None;
        *held = self.database.taken(self.manner).await?;
        Ok(held.is_some())
    }
}
