//! The production shape: every database port on PostgreSQL 15 or newer, shared by any number of processes.
//!
//! [`Database`] owns the connections. Each port has its own small struct around a clone of it. Rows and
//! schema are private; what leaves this crate has been parsed.
// Port errors carry the value they are about (an email, a person), so that callers can name it.
#![allow(clippy::result_large_err)]

pub mod accounts;
mod address;
mod connector;
mod database;
mod encryption;
mod fault;
mod idempotency;
mod instants;
mod keys;
mod leases;
mod locks;
mod migrations;
mod outbox;
mod personal_data;
mod presence;
mod record;
mod schema;
mod seals;
mod signing_keys;
mod transaction;
mod writers;
mod written;

pub use accounts::{
    PostgresAccessChanges, PostgresApiKeys, PostgresAuditTrail, PostgresCredentials,
    PostgresErasures, PostgresImageCensus, PostgresImageJanitor, PostgresImages, PostgresLockouts,
    PostgresSessions, PostgresSubjects, PostgresUsers,
};
pub use address::AddressError;
pub use database::{Connections, Database};
pub use idempotency::PostgresIdempotencyJanitor;
pub use keys::PostgresKeyStore;
pub use leases::PostgresLeases;
pub use outbox::PostgresOutbox;
pub use personal_data::{PostgresRecords, PostgresRemains};
pub use presence::{Manner, Presence};
pub use seals::PostgresAuditSeals;
pub use signing_keys::PostgresSigningKeys;
