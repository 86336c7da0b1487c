//! The embedded adapters, fresh for each test, with decorators around them.

use adapter_memory::{Alone, MemoryRateLimiter, MemoryUserCache};
use adapter_objects::FileObjects;
use adapter_redis::{Limits, Redis, RedisRateLimiter};
use adapter_sqlite::{
    Database, SqliteAccessChanges, SqliteApiKeys, SqliteAuditSeals, SqliteAuditTrail,
    SqliteCredentials, SqliteErasures, SqliteIdempotencyJanitor, SqliteImageCensus,
    SqliteImageJanitor, SqliteImages, SqliteKeyStore, SqliteLeases, SqliteLockouts, SqliteOutbox,
    SqliteRecords, SqliteSessions, SqliteSigningKeys, SqliteSubjects, SqliteUsers,
};
use core::time::Duration;
use platform::resilience::{Policy, Terms};
use port_decorators::{
    BatchedRateLimiter, CachedApiKeys, CachedErasures, CachedImages, CachedUsers,
    FallbackRateLimiter, Guarded, KnownReplicas, UserEntries,
};
use ports::accounts::ObjectStore;
use ports::schema::Schema as _;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::Repositories;
use testkit::contracts::object_store::Shelf;
use testkit::contracts::rate_limiter::Kept;
use testkit::parts::NothingHeard;
use testkit::servers;

/// Times that no test reaches on a busy machine: what is tested here is that nothing gets lost on the way.
fn policy(name: &'static str) -> Policy {
    let patient = Duration::from_secs(60);
    let mut terms = Terms {
        name,
        deadline: patient,
        attempt_timeout: patient,
        ..Terms::default()
    };
    terms.breaker.slow_call = patient;
    Policy::new(terms, None)
}

/// An empty database with every migration applied.
async fn sqlite() -> Repositories {
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
        access: Arc::new(SqliteAccessChanges::new(database.clone())),
        lockouts: Arc::new(SqliteLockouts::new(database.clone())),
        subjects: Arc::new(SqliteSubjects::new(database.clone())),
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

/// Every port of the database behind one policy.
pub async fn guarded_sqlite() -> Repositories {
    let (db, policy) = (sqlite().await, policy("database"));
    Repositories {
        users: Arc::new(Guarded::new(db.users, policy.clone())),
        credentials: Arc::new(Guarded::new(db.credentials, policy.clone())),
        images: Arc::new(Guarded::new(db.images, policy.clone())),
        image_janitor: Arc::new(Guarded::new(db.image_janitor, policy.clone())),
        audit: Arc::new(Guarded::new(db.audit, policy.clone())),
        outbox: Arc::new(Guarded::new(db.outbox, policy.clone())),
        seals: Arc::new(Guarded::new(db.seals, policy.clone())),
        sessions: Arc::new(Guarded::new(db.sessions, policy.clone())),
        lockouts: Arc::new(Guarded::new(db.lockouts, policy.clone())),
        subjects: Arc::new(Guarded::new(db.subjects, policy.clone())),
        access: Arc::new(Guarded::new(db.access, policy.clone())),
        api_keys: Arc::new(Guarded::new(db.api_keys, policy.clone())),
        keys: Arc::new(Guarded::new(db.keys, policy.clone())),
        signing_keys: Arc::new(Guarded::new(db.signing_keys, policy.clone())),
        census: Arc::new(Guarded::new(db.census, policy.clone())),
        leases: Arc::new(Guarded::new(db.leases, policy.clone())),
        idempotency: Arc::new(Guarded::new(db.idempotency, policy.clone())),
        erasures: Arc::new(Guarded::new(db.erasures, policy.clone())),
        records: Arc::new(Guarded::new(db.records, policy)),
        guard: db.guard,
    }
}

/// People, photos and machine keys read through a cache.
pub async fn cached_sqlite() -> Repositories {
    let db = sqlite().await;
    let entries = Arc::new(UserEntries::new(
        Arc::new(MemoryUserCache::default()),
        Arc::new(NothingHeard),
        |_| {},
    ));
    Repositories {
        api_keys: Arc::new(CachedApiKeys::new(db.api_keys, Arc::new(NothingHeard))),
        users: Arc::new(CachedUsers::new(db.users, Arc::clone(&entries))),
        images: Arc::new(CachedImages::new(db.images, Arc::clone(&entries))),
        erasures: Arc::new(CachedErasures::new(db.erasures, entries)),
        ..db
    }
}

/// A cache behind a policy.
pub async fn guarded_cache() -> Guarded<MemoryUserCache> {
    Guarded::new(Arc::new(MemoryUserCache::default()), policy("cache"))
}

/// A folder of objects behind a policy.
pub async fn guarded_files() -> Shelf {
    let (objects, folder) = files();
    Shelf::new(Guarded::new(objects, policy("objects")), folder)
}

/// A folder of objects.
pub fn files() -> (Arc<dyn ObjectStore>, TempDir) {
    let folder = tempfile::tempdir().expect("there is room");
    let objects = FileObjects::new(folder.path().join("objects")).expect("can be made");
    (Arc::new(objects), folder)
}

/// Limits behind a policy.
pub async fn guarded_limits() -> Guarded<MemoryRateLimiter> {
    Guarded::new(Arc::new(MemoryRateLimiter::default()), policy("redis"))
}

/// The only process, behind a policy.
pub async fn guarded_replicas() -> Guarded<Alone> {
    Guarded::new(Arc::new(Alone), policy("redis"))
}

/// Limits in a Redis, which nobody has to do without.
pub async fn limits_shared() -> Kept {
    let server = servers::redis().await;
    Kept::new(limits_over(server.url()), server)
}

/// Limits of a process that has lost its Redis and knows of no other.
pub async fn limits_alone() -> FallbackRateLimiter {
    limits_over("redis://127.0.0.1:1")
}

fn limits_over(url: &str) -> FallbackRateLimiter {
    let patient = Limits {
        connect: Duration::from_secs(10),
        command: Duration::from_secs(10),
    };
    let redis = Redis::open_within(url, patient).expect("is an address");
    let far = Guarded::new(Arc::new(RedisRateLimiter::new(redis)), policy("redis"));
    let near = Arc::new(MemoryRateLimiter::default());
    let alone = Arc::new(KnownReplicas::new(Arc::new(Alone)));
    let far = BatchedRateLimiter::new(Arc::new(far), Arc::clone(&alone));
    FallbackRateLimiter::new(Arc::new(far), near, alone)
}
