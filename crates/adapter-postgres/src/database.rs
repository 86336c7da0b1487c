//! The connections to one PostgreSQL database, and the only way to work with one: a closure that owns
//! its connection in a task of its own until its transaction has ended. A caller who stops waiting
//! leaves nothing open behind.

use crate::address::AddressError;
use crate::connector::{Connector, Refused};
use crate::fault::{self, BACKEND};
use crate::transaction;
use bb8::{Pool, RunError};
use core::time::Duration;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use futures::future::BoxFuture;
use ports::Fault;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::task::JoinError;

/// As many connections at once.
const MOST: u32 = 25;
/// As many are kept open while nobody asks.
const IDLE: u32 = 5;
/// Idle connections above that are closed after so long.
const IDLE_FOR: Duration = Duration::from_secs(600);
/// A caller waits so long for a connection.
const WAIT: Duration = Duration::from_secs(3);

/// One PostgreSQL database. Clones share its connections.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Pool<Connector>,
    connector: Connector,
    runtime: Handle,
}

/// How many connections there are to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// At work.
    pub in_use: usize,
    /// Open and waiting for work.
    pub idle: usize,
}

impl Database {
    /// Prepares the connections to a `postgres://` address; they are opened in the background, and
    /// whether there is a database behind the address shows when it is used. All work is done by the
    /// runtime this is called in, wherever the callers are.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn open(url: &str) -> Result<Self, AddressError> {
        let pool = Pool::builder()
            .max_size(MOST)
            .min_idle(IDLE)
            .idle_timeout(IDLE_FOR)
            .max_lifetime(None)
            .connection_timeout(WAIT)
            .test_on_check_out(true)
            .build_unchecked(Connector::new(url)?);
        Ok(Self {
            shared: Arc::new(Shared {
                pool,
                connector: Connector::new(url)?,
                runtime: Handle::current(),
            }),
        })
    }

    /// Which database this is: what may be shown of its address.
    #[must_use]
    pub fn shown(&self) -> String {
        self.shared.connector.shown()
    }

    /// How many connections there are right now.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let state = self.shared.pool.state();
        let (all, idle) = (state.connections, state.idle_connections);
        Connections {
            in_use: usize::try_from(all.saturating_sub(idle)).unwrap_or(usize::MAX),
            idle: usize::try_from(idle).unwrap_or(usize::MAX),
        }
    }

    /// Whether the database answers right now.
    ///
    /// # Errors
    /// [`Fault`] when it does not.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.read(|connection| {
            Box::pin(async move {
                let asked = connection.batch_execute("SELECT 1").await;
                asked.map_err(fault::of("ping"))
            })
        })
        .await
    }

    /// Reads; each statement sees the moment at which it began.
    pub(crate) async fn read<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
        W: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<T, E>>
            + Send
            + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let task = self.shared.runtime.spawn(async move {
            let mut held = shared.pool.get().await.map_err(no_connection)?;
            transaction::read(&mut held, work).await
        });
        task.await.map_err(lost(Fault::unavailable))?
    }

    /// Writes in one transaction (READ COMMITTED); rolled back when the closure answers an error. A
    /// statement that failed has ended the transaction: a closure must pass its error on.
    pub(crate) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
        W: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<T, E>>
            + Send
            + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let task = self.shared.runtime.spawn(async move {
            let mut held = shared.pool.get().await.map_err(no_connection)?;
            transaction::write(&mut held, work).await
        });
        task.await.map_err(lost(Fault::uncertain))?
    }

    /// A connection of its own, without the limits of the others.
    pub(crate) async fn alone(&self) -> Result<AsyncPgConnection, Fault> {
        let opened = self.shared.connector.alone().await;
        opened.map_err(refused)
    }
}

/// No connection: certainly nothing was applied.
fn no_connection(error: RunError<crate::connector::Ended>) -> Fault {
    Fault::unavailable(BACKEND, error)
}

/// The server did not let us in.
pub fn refused(refused: Refused) -> Fault {
    Fault::unavailable(BACKEND, refused)
}

/// A task that did not come back: it panicked, and its connection was closed with it; or the runtime is
/// stopping, and whether a write was applied nobody will know.
fn lost(stopped: fn(&'static str, JoinError) -> Fault) -> impl FnOnce(JoinError) -> Fault {
    move |error| match error.is_panic() {
        true => Fault::broken(BACKEND, "a transaction panicked", error),
        false => stopped(BACKEND, error),
    }
}

#[cfg(test)]
#[path = "database_tests.rs"]
mod tests;
