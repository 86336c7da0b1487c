//! The embedded default: every database port on one SQLite file, with nothing to install.
//!
//! [`Database`] owns the connections: one that writes, a few that read. Each port has its own small
//! struct around a clone of it. Rows and schema are private; what leaves this crate has been parsed.
// Port errors carry the value they are about (an email, a person), so that callers can name it.
#![allow(clippy::result_large_err)]

pub mod accounts;
mod connection;
mod database;
mod fault;
mod idempotency;
mod keys;
mod leases;
mod migrations;
mod outbox;
mod personal_data;
mod record;
mod schema;
mod seals;
mod signing_keys;
mod transaction;

pub use accounts::{
    SqliteAccessChanges, SqliteApiKeys, SqliteAuditTrail, SqliteCredentials, SqliteErasures,
    SqliteImageCensus, SqliteImageJanitor, SqliteImages, SqliteLockouts, SqliteSessions,
    SqliteSubjects, SqliteUsers,
};
pub use database::{Checkpoint, Connections, Database};
pub use idempotency::SqliteIdempotencyJanitor;
pub use keys::SqliteKeyStore;
pub use leases::SqliteLeases;
pub use outbox::SqliteOutbox;
pub use personal_data::{SqliteRecords, SqliteRemains};
pub use seals::SqliteAuditSeals;
pub use signing_keys::SqliteSigningKeys;
