//! The connections to one SQLite file, and the only way to work with one: a closure that owns its
//! connection on a blocking thread until its transaction has ended. A caller who stops waiting leaves
//! nothing open behind.

use crate::connection;
use crate::fault::{self, BACKEND};
use crate::transaction;
use diesel::sql_types::Integer;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection};
use ports::Fault;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as Queue, Semaphore};
use tokio::task::JoinError;

/// As many reads at once. Each has its own connection, opened when it is first needed.
const READERS: usize = 4;

/// One SQLite file. Clones share its connections.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    /// The one connection that writes, first come, first served. Empty until it is needed and after
    /// a panic, which takes the connection, and with it the open transaction, along.
    writer: Arc<Queue<Option<SqliteConnection>>>,
    turns: Arc<Semaphore>,
    readers: Mutex<Vec<SqliteConnection>>,
}

/// How many connections there are to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// At work.
    pub in_use: usize,
    /// Open and waiting for work.
    pub idle: usize,
}

/// What a checkpoint moved from the write-ahead log into the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whether the whole log was moved and cut to nothing; a reader in its way prevents that.
    pub complete: bool,
}

#[derive(QueryableByName)]
struct CheckpointRow {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

impl Database {
    /// Opens the file, making it and its folder if they are not there.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the file cannot be opened.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Fault> {
        let path = path.as_ref().to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            connection::prepare(&path).map_err(|error| Fault::unavailable(BACKEND, error))?;
            let writer = connection::writer(&path)?;
            Ok::<_, Fault>((path, writer))
        });
        let (path, writer) = opened.await.map_err(lost)??;
        Ok(Self {
            shared: Arc::new(Shared {
                path,
                writer: Arc::new(Queue::new(Some(writer))),
                turns: Arc::new(Semaphore::new(READERS)),
                readers: Mutex::default(),
            }),
        })
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// How many connections there are right now.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let reading = READERS.saturating_sub(self.shared.turns.available_permits());
        let (writing, waiting) = match self.shared.writer.try_lock() {
            Ok(slot) => (0, usize::from(slot.is_some())),
            Err(_at_work) => (1, 0),
        };
        Connections {
            in_use: reading + writing,
            idle: self.shared.idle().len() + waiting,
        }
    }

    /// Whether the file can be read right now.
    ///
    /// # Errors
    /// [`Fault`] when it cannot.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.read(|connection| {
            diesel::sql_query("SELECT count(*) FROM sqlite_schema")
                .execute(connection)
                .map(drop)
                .map_err(fault::of("ping"))
        })
        .await
    }

    /// Moves the write-ahead log into the file and cuts it to nothing: what was deleted is gone from
    /// the disk after that, and a copy of the file is whole.
    ///
    /// # Errors
    /// [`Fault`] when the file cannot be written.
    pub async fn checkpoint(&self) -> Result<Checkpoint, Fault> {
        self.alone(|connection| {
            let rows: Vec<CheckpointRow> = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)")
                .load(connection)
                .map_err(fault::of("checkpoint"))?;
            Ok(Checkpoint {
                complete: rows.iter().all(|row| row.busy == 0),
            })
        })
        .await
    }

    /// Reads in one transaction: whatever the closure reads, it sees the same moment.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let turn = Arc::clone(&self.shared.turns).acquire_owned().await;
        let turn = turn.map_err(|closed| Fault::unavailable(BACKEND, closed))?;
        let shared = Arc::clone(&self.shared);
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut slot = shared.idle().pop();
            let open = || connection::reader(&shared.path);
            let outcome = transaction::run(&mut slot, open, "BEGIN DEFERRED", work);
            shared.idle().extend(slot);
            outcome
        });
        task.await.map_err(lost)?
    }

    /// Writes in one transaction that has the write lock from its beginning; rolled back when the
    /// closure answers an error.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let mut slot = Arc::clone(&self.shared.writer).lock_owned().await;
        let shared = Arc::clone(&self.shared);
        let task = tokio::task::spawn_blocking(move || {
            let open = || connection::writer(&shared.path);
            transaction::run(&mut slot, open, "BEGIN IMMEDIATE", work)
        });
        task.await.map_err(lost)?
    }

    /// Works with the writing connection outside of any transaction.
    pub(crate) async fn alone<T, E>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let mut slot = Arc::clone(&self.shared.writer).lock_owned().await;
        let shared = Arc::clone(&self.shared);
        let task = tokio::task::spawn_blocking(move || {
            let mut connection = match slot.take() {
                Some(connection) => connection,
                None => connection::writer(&shared.path)?,
            };
            let outcome = work(&mut connection);
            *slot = Some(connection);
            outcome
        });
        task.await.map_err(lost)?
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A blocking task that did not come back: it panicked, and its transaction went with it; or the
/// runtime is stopping and it never began.
fn lost(error: JoinError) -> Fault {
    if error.is_panic() {
        Fault::broken(BACKEND, "a transaction panicked", error)
    } else {
        Fault::unavailable(BACKEND, error)
    }
}

#[cfg(test)]
#[path = "database_tests.rs"]
mod tests;
