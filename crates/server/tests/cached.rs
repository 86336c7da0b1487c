//! The repositories as they are wired, caches and all, keep every promise that they keep without.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use adapter_memory::MemoryUserCache;
use adapter_sqlite::{
    Database, SqliteAccessChanges, SqliteApiKeys, SqliteAuditSeals, SqliteAuditTrail,
    SqliteCredentials, SqliteErasures, SqliteIdempotencyJanitor, SqliteImageCensus,
    SqliteImageJanitor, SqliteImages, SqliteKeyStore, SqliteLeases, SqliteLockouts, SqliteOutbox,
    SqliteRecords, SqliteSessions, SqliteSigningKeys, SqliteSubjects, SqliteUsers,
};
use port_decorators::{CachedImages, CachedUsers, UserEntries};
use ports::schema::Schema as _;
use std::sync::Arc;
use testkit::Repositories;
use testkit::parts::NothingHeard;

async fn cached_sqlite() -> Repositories {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("muster.db"))
        .await
        .unwrap();
    database.migrate_up().await.unwrap();
    let entries = Arc::new(UserEntries::new(
        Arc::new(MemoryUserCache::default()),
        Arc::new(NothingHeard),
        |_lookup| {},
    ));
    let (users, images) = (
        SqliteUsers::new(database.clone()),
        SqliteImages::new(database.clone()),
    );
    Repositories {
        users: Arc::new(CachedUsers::new(Arc::new(users), Arc::clone(&entries))),
        credentials: Arc::new(SqliteCredentials::new(database.clone())),
        images: Arc::new(CachedImages::new(Arc::new(images), entries)),
        image_janitor: Arc::new(SqliteImageJanitor::new(database.clone())),
        audit: Arc::new(SqliteAuditTrail::new(database.clone())),
        outbox: Arc::new(SqliteOutbox::new(database.clone())),
        seals: Arc::new(SqliteAuditSeals::new(database.clone())),
        sessions: Arc::new(SqliteSessions::new(database.clone())),
        access: Arc::new(SqliteAccessChanges::new(database.clone())),
        lockouts: Arc::new(SqliteLockouts::new(database.clone())),
        subjects: Arc::new(SqliteSubjects::new(database.clone())),
        api_keys: Arc::new(SqliteApiKeys::new(database.clone())),
        keys: Arc::new(SqliteKeyStore::new(database.clone())),
        signing_keys: Arc::new(SqliteSigningKeys::new(database.clone())),
        leases: Arc::new(SqliteLeases::new(database.clone())),
        census: Arc::new(SqliteImageCensus::new(database.clone())),
        idempotency: Arc::new(SqliteIdempotencyJanitor::new(database.clone())),
        erasures: Arc::new(SqliteErasures::new(database.clone())),
        records: Arc::new(SqliteRecords::new(database)),
        guard: Box::new(folder),
    }
}

mod users {
    testkit::user_repository_contract!(super::cached_sqlite());
}

mod images {
    testkit::image_repository_contract!(super::cached_sqlite());
}
