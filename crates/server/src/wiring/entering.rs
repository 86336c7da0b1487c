//! Coming to a database that others may work with: when its schema is there, and when nobody works with it in another manner.

use super::{Memory, Parts, Store};
use crate::{Failure, Kind};
use adapter_postgres::{Manner, Presence};
use platform::lifecycle::awaited;
use ports::Fault;
use ports::schema::SchemaError;
use std::time::Duration;

/// The database may come up this much later than we do.
const NEEDED_WITHIN: Duration = Duration::from_secs(60);

/// A file brings its schema along; a server's is made by `muster migrate`, once for all processes.
pub(crate) async fn ready(store: &Store) -> Result<(), SchemaError> {
    if let Store::Sqlite(_) = store {
        return store.schema().migrate_up().await.map(drop);
    }
    let passes =
        |error: &SchemaError| matches!(error, SchemaError::Fault(Fault::Unavailable { .. }));
    let verified = || store.schema().verify();
    awaited("database", NEEDED_WITHIN, passes, verified).await
}

impl Parts {
    /// The right to work with this database while others may want to: those who share a Redis may side by side,
    /// anybody else alone. A file is kept to one process by its folder already.
    ///
    /// # Errors
    /// [`Failure`] of this kind when another process works with it in another manner.
    pub async fn enter(&self, otherwise: Kind) -> Result<Option<Presence>, Failure> {
        let (manner, advice) = match self.memory {
            Memory::Shared { .. } => (
                Manner::SideBySide,
                "without a Redis: give it the same MUSTER_REDIS_URL",
            ),
            Memory::Local(_) => (
                Manner::Alone,
                "set MUSTER_REDIS_URL for all of them to share it",
            ),
        };
        self.store.enter(manner).await?.ok_or_else(|| Failure {
            kind: otherwise,
            message: format!(
                "another muster works with {}; {advice}, or stop the other",
                self.store.shown()
            ),
        })
    }
}
