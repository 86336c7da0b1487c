//! The right to be the only process of an installation, for those without a Redis: what one process
//! remembers, another would not hear of.

use crate::locks::{self, Only};
use crate::written::Written;
use crate::{Database, fault};
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ports::Fault;

/// Held while the value lives and its connection does.
pub struct Sole {
    _connection: AsyncPgConnection,
}

impl Database {
    /// Takes the right to be the only process; `None` when another has it.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be asked.
    pub async fn sole(&self) -> Result<Option<Sole>, Fault> {
        let mut connection = self.alone().await?;
        let (ours, serve) = locks::key(Only::Serve);
        let asking = Written::<Bool>::begin("SELECT pg_try_advisory_lock(")
            .int(ours)
            .sql(", ")
            .int(serve)
            .sql(")");
        let taken: bool = asking
            .get_result(&mut connection)
            .await
            .map_err(fault::of("taking a lock"))?;
        Ok(taken.then_some(Sole {
            _connection: connection,
        }))
    }
}
