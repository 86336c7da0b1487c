//! A fresh, migrated database for each test, on a real server.

use adapter_postgres::{
    Database, PostgresAccessChanges, PostgresApiKeys, PostgresAuditSeals, PostgresAuditTrail,
    PostgresCredentials, PostgresErasures, PostgresIdempotencyJanitor, PostgresImageCensus,
    PostgresImageJanitor, PostgresImages, PostgresKeyStore, PostgresLeases, PostgresLockouts,
    PostgresOutbox, PostgresRecords, PostgresSessions, PostgresSigningKeys, PostgresSubjects,
    PostgresUsers,
};
use std::sync::Arc;
use testkit::Repositories;
use testkit::servers::{self, Template};

/// An empty database with every migration applied.
pub async fn fresh_postgres() -> Repositories {
    let server = servers::postgres().await;
    let fresh = server.database(&Template::of_muster()).await;
    let database = Database::open(fresh.url()).expect("is an address");
    Repositories {
        users: Arc::new(PostgresUsers::new(database.clone())),
        credentials: Arc::new(PostgresCredentials::new(database.clone())),
        images: Arc::new(PostgresImages::new(database.clone())),
        image_janitor: Arc::new(PostgresImageJanitor::new(database.clone())),
        audit: Arc::new(PostgresAuditTrail::new(database.clone())),
        outbox: Arc::new(PostgresOutbox::new(database.clone())),
        seals: Arc::new(PostgresAuditSeals::new(database.clone())),
        sessions: Arc::new(PostgresSessions::new(database.clone())),
        lockouts: Arc::new(PostgresLockouts::new(database.clone())),
        subjects: Arc::new(PostgresSubjects::new(database.clone())),
        access: Arc::new(PostgresAccessChanges::new(database.clone())),
        api_keys: Arc::new(PostgresApiKeys::new(database.clone())),
        keys: Arc::new(PostgresKeyStore::new(database.clone())),
        signing_keys: Arc::new(PostgresSigningKeys::new(database.clone())),
        census: Arc::new(PostgresImageCensus::new(database.clone())),
        leases: Arc::new(PostgresLeases::new(database.clone())),
        idempotency: Arc::new(PostgresIdempotencyJanitor::new(database.clone())),
        erasures: Arc::new(PostgresErasures::new(database.clone())),
        records: Arc::new(PostgresRecords::new(database)),
        guard: Box::new(fresh),
    }
}
