//! The database behind the repositories: which it is, and what only the database itself can be asked.

use super::repositories::{Repositories, postgres, sqlite};
use crate::Failure;
use adapter_postgres::{Manner, Presence};
use platform::config::DatabaseUrl;
use ports::Fault;
use ports::schema::Schema;

/// A database.
#[derive(Clone)]
pub enum Store {
    /// A file of this machine.
    Sqlite(adapter_sqlite::Database),
    /// A server.
    Postgres(adapter_postgres::Database),
}

impl Store {
    /// Opens the database of this address. A server is not asked for anything yet.
    ///
    /// # Errors
    /// [`Failure`] when the address cannot be used or the file cannot be opened.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, Failure> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                Ok(Self::Sqlite(adapter_sqlite::Database::open(path).await?))
            }
            DatabaseUrl::Postgres(address) => {
                let opened = adapter_postgres::Database::open(address.reveal());
                let wrong = |error| Failure::usage(crate::exit::chain_of("database_url", &error));
                Ok(Self::Postgres(opened.map_err(wrong)?))
            }
        }
    }

    /// What may be shown of where it is.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(database) => database.path().display().to_string(),
            Self::Postgres(database) => database.shown(),
        }
    }

    /// Its schema.
    #[must_use]
    pub fn schema(&self) -> &dyn Schema {
        match self {
            Self::Sqlite(database) => database,
            Self::Postgres(database) => database,
        }
    }

    /// The repositories in it.
    #[must_use]
    pub fn repositories(&self) -> Repositories {
        match self {
            Self::Sqlite(database) => sqlite(database),
            Self::Postgres(database) => postgres(database),
        }
    }

    /// Whether it answers right now.
    ///
    /// # Errors
    /// [`Fault`] when it does not.
    pub async fn ping(&self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(database) => database.ping().await,
            Self::Postgres(database) => database.ping().await,
        }
    }

    /// Connections at work, and idle ones.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        match self {
            Self::Sqlite(database) => {
                let connections = database.connections();
                (connections.in_use, connections.idle)
            }
            Self::Postgres(database) => {
                let connections = database.connections();
                (connections.in_use, connections.idle)
            }
        }
    }

    /// Takes the right to work with a database that many could use, in this manner; `None` when others work
    /// in another. A file is kept to one process by its folder.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be asked.
    pub async fn enter(&self, manner: Manner) -> Result<Option<Option<Presence>>, Fault> {
        match self {
            Self::Sqlite(_) => Ok(Some(None)),
            Self::Postgres(database) => Ok(database.enter(manner).await?.map(Some)),
        }
    }

    /// Leaves the database as it should be found; a file's log is moved into it.
    pub async fn close(&self) {
        let Self::Sqlite(database) = self else {
            return;
        };
        if let Err(error) = database.checkpoint().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the write-ahead log stays for the next start"
            );
        }
    }
}
