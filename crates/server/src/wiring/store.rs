//! The database behind the repositories: which it is, and what only the database itself can be asked.

use crate::Failure;
use adapter_postgres::{
    Manner, PostgresAccessChanges, PostgresAuditTrail, PostgresCredentials,
    PostgresIdempotencyJanitor, PostgresImageCensus, PostgresImageJanitor, PostgresImages,
    PostgresKeyStore, PostgresLeases, PostgresOutbox, PostgresSessions, PostgresUsers, Presence,
};
use adapter_sqlite::{
    SqliteAccessChanges, SqliteAuditTrail, SqliteCredentials, SqliteIdempotencyJanitor,
    SqliteImageCensus, SqliteImageJanitor, SqliteImages, SqliteKeyStore, SqliteLeases,
    SqliteOutbox, SqliteSessions, SqliteUsers,
};
use platform::config::DatabaseUrl;
use platform::resilience::Policy;
use port_decorators::Guarded;
use ports::Fault;
use ports::accounts::{
    AccessChanges, AuditTrail, CredentialRepository, ImageCensus, ImageJanitor, ImageRepository,
    SessionRepository, UserRepository,
};
use ports::keys::KeyStore;
use ports::leases::Leases;
use ports::outbox::{IdempotencyJanitor, Outbox};
use ports::schema::Schema;
use std::sync::Arc;

/// Every port that is a table.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct Repositories {
    pub users: Arc<dyn UserRepository>,
    pub credentials: Arc<dyn CredentialRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub access: Arc<dyn AccessChanges>,
    pub images: Arc<dyn ImageRepository>,
    pub janitor: Arc<dyn ImageJanitor>,
    pub census: Arc<dyn ImageCensus>,
    pub trail: Arc<dyn AuditTrail>,
    pub outbox: Arc<dyn Outbox>,
    pub answers: Arc<dyn IdempotencyJanitor>,
    pub keys: Arc<dyn KeyStore>,
    pub leases: Arc<dyn Leases>,
}

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

fn sqlite(database: &adapter_sqlite::Database) -> Repositories {
    Repositories {
        users: Arc::new(SqliteUsers::new(database.clone())),
        credentials: Arc::new(SqliteCredentials::new(database.clone())),
        sessions: Arc::new(SqliteSessions::new(database.clone())),
        access: Arc::new(SqliteAccessChanges::new(database.clone())),
        images: Arc::new(SqliteImages::new(database.clone())),
        janitor: Arc::new(SqliteImageJanitor::new(database.clone())),
        census: Arc::new(SqliteImageCensus::new(database.clone())),
        trail: Arc::new(SqliteAuditTrail::new(database.clone())),
        outbox: Arc::new(SqliteOutbox::new(database.clone())),
        answers: Arc::new(SqliteIdempotencyJanitor::new(database.clone())),
        keys: Arc::new(SqliteKeyStore::new(database.clone())),
        leases: Arc::new(SqliteLeases::new(database.clone())),
    }
}

fn postgres(database: &adapter_postgres::Database) -> Repositories {
    Repositories {
        users: Arc::new(PostgresUsers::new(database.clone())),
        credentials: Arc::new(PostgresCredentials::new(database.clone())),
        sessions: Arc::new(PostgresSessions::new(database.clone())),
        access: Arc::new(PostgresAccessChanges::new(database.clone())),
        images: Arc::new(PostgresImages::new(database.clone())),
        janitor: Arc::new(PostgresImageJanitor::new(database.clone())),
        census: Arc::new(PostgresImageCensus::new(database.clone())),
        trail: Arc::new(PostgresAuditTrail::new(database.clone())),
        outbox: Arc::new(PostgresOutbox::new(database.clone())),
        answers: Arc::new(PostgresIdempotencyJanitor::new(database.clone())),
        keys: Arc::new(PostgresKeyStore::new(database.clone())),
        leases: Arc::new(PostgresLeases::new(database.clone())),
    }
}

impl Repositories {
    /// The same, each behind the policy of its database.
    #[must_use]
    pub fn guarded(self, policy: &Policy) -> Self {
        macro_rules! guarded {
            ($($port:ident),+) => {
                Self { $($port: Arc::new(Guarded::new(self.$port, policy.clone()))),+ }
            };
        }
        guarded!(
            users,
            credentials,
            sessions,
            access,
            images,
            janitor,
            census,
            trail,
            outbox,
            answers,
            keys,
            leases
        )
    }
}
