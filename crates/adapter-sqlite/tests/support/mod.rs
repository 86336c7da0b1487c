//! A fresh, migrated database for each test, in a folder that goes with it.

use adapter_sqlite::{
    Database, SqliteAccessChanges, SqliteApiKeys, SqliteAuditSeals, SqliteAuditTrail,
    SqliteCredentials, SqliteErasures, SqliteIdempotencyJanitor, SqliteImageCensus,
    SqliteImageJanitor, SqliteImages, SqliteKeyStore, SqliteLeases, SqliteLockouts, SqliteOutbox,
    SqliteRecords, SqliteSessions, SqliteSigningKeys, SqliteSubjects, SqliteUsers,
};
use ports::schema::Schema as _;
use std::sync::Arc;
use testkit::Repositories;

/// An empty database with every migration applied.
pub async fn fresh_sqlite() -> Repositories {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let database = Database::open(folder.path().join("muster.db"))
        .await
        .expect("opens");
    database.migrate_up().await.expect("migrates");
    Repositories {
        users: Arc::new(SqliteUsers::new(database.clone())),
        credentials: Arc::new(SqliteCredentials::new(database.clone())),
        images: Arc::new(SqliteImages::new(database.clone())),
        image_janitor: Arc::new(SqliteImageJanitor::new(database.clone())),
        audit: Arc::new(SqliteAuditTrail::new(database.clone())),
        outbox: Arc::new(SqliteOutbox::new(database.clone())),
        seals: Arc::new(SqliteAuditSeals::new(database.clone())),
        sessions: Arc::new(SqliteSessions::new(database.clone())),
        lockouts: Arc::new(SqliteLockouts::new(database.clone())),
        subjects: Arc::new(SqliteSubjects::new(database.clone())),
        access: Arc::new(SqliteAccessChanges::new(database.clone())),
        api_keys: Arc::new(SqliteApiKeys::new(database.clone())),
        keys: Arc::new(SqliteKeyStore::new(database.clone())),
        signing_keys: Arc::new(SqliteSigningKeys::new(database.clone())),
        census: Arc::new(SqliteImageCensus::new(database.clone())),
        leases: Arc::new(SqliteLeases::new(database.clone())),
        idempotency: Arc::new(SqliteIdempotencyJanitor::new(database.clone())),
        erasures: Arc::new(SqliteErasures::new(database.clone())),
        records: Arc::new(SqliteRecords::new(database)),
        guard: Box::new(folder),
    }
}
