//! Every port that is a table, over either database, with or without a policy around it.

use adapter_postgres::{
    PostgresAccessChanges, PostgresApiKeys, PostgresAuditSeals, PostgresAuditTrail,
    PostgresCredentials, PostgresErasures, PostgresIdempotencyJanitor, PostgresImageCensus,
    PostgresImageJanitor, PostgresImages, PostgresKeyStore, PostgresLeases, PostgresLockouts,
    PostgresOutbox, PostgresRecords, PostgresRemains, PostgresSessions, PostgresSigningKeys,
    PostgresSubjects, PostgresUsers,
};
use adapter_sqlite::{
    SqliteAccessChanges, SqliteApiKeys, SqliteAuditSeals, SqliteAuditTrail, SqliteCredentials,
    SqliteErasures, SqliteIdempotencyJanitor, SqliteImageCensus, SqliteImageJanitor, SqliteImages,
    SqliteKeyStore, SqliteLeases, SqliteLockouts, SqliteOutbox, SqliteRecords, SqliteRemains,
    SqliteSessions, SqliteSigningKeys, SqliteSubjects, SqliteUsers,
};
use platform::resilience::Policy;
use port_decorators::Guarded;
use ports::accounts::{
    AccessChanges, ApiKeyRepository, AuditTrail, CredentialRepository, ImageCensus, ImageJanitor,
    ImageRepository, LockoutRepository, SessionRepository, SubjectIndex, UserRepository,
};
use ports::erasures::ErasureRepository;
use ports::keys::KeyStore;
use ports::leases::Leases;
use ports::outbox::{IdempotencyJanitor, Outbox};
use ports::personal_data::PersonalData;
use ports::seals::AuditSeals;
use ports::signing_keys::SigningKeys;
use std::sync::Arc;

/// Every port that is a table.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct Repositories {
    pub users: Arc<dyn UserRepository>,
    pub credentials: Arc<dyn CredentialRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub access: Arc<dyn AccessChanges>,
    pub lockouts: Arc<dyn LockoutRepository>,
    pub subjects: Arc<dyn SubjectIndex>,
    pub api_keys: Arc<dyn ApiKeyRepository>,
    pub images: Arc<dyn ImageRepository>,
    pub janitor: Arc<dyn ImageJanitor>,
    pub census: Arc<dyn ImageCensus>,
    pub trail: Arc<dyn AuditTrail>,
    pub seals: Arc<dyn AuditSeals>,
    pub outbox: Arc<dyn Outbox>,
    pub answers: Arc<dyn IdempotencyJanitor>,
    pub keys: Arc<dyn KeyStore>,
    pub signing_keys: Arc<dyn SigningKeys>,
    pub leases: Arc<dyn Leases>,
    pub erasures: Arc<dyn ErasureRepository>,
    pub records: Arc<dyn PersonalData>,
    pub remains: Arc<dyn PersonalData>,
}

pub(super) fn sqlite(database: &adapter_sqlite::Database) -> Repositories {
    Repositories {
        users: Arc::new(SqliteUsers::new(database.clone())),
        credentials: Arc::new(SqliteCredentials::new(database.clone())),
        sessions: Arc::new(SqliteSessions::new(database.clone())),
        access: Arc::new(SqliteAccessChanges::new(database.clone())),
        lockouts: Arc::new(SqliteLockouts::new(database.clone())),
        subjects: Arc::new(SqliteSubjects::new(database.clone())),
        api_keys: Arc::new(SqliteApiKeys::new(database.clone())),
        images: Arc::new(SqliteImages::new(database.clone())),
        janitor: Arc::new(SqliteImageJanitor::new(database.clone())),
        census: Arc::new(SqliteImageCensus::new(database.clone())),
        trail: Arc::new(SqliteAuditTrail::new(database.clone())),
        seals: Arc::new(SqliteAuditSeals::new(database.clone())),
        outbox: Arc::new(SqliteOutbox::new(database.clone())),
        answers: Arc::new(SqliteIdempotencyJanitor::new(database.clone())),
        keys: Arc::new(SqliteKeyStore::new(database.clone())),
        signing_keys: Arc::new(SqliteSigningKeys::new(database.clone())),
        leases: Arc::new(SqliteLeases::new(database.clone())),
        erasures: Arc::new(SqliteErasures::new(database.clone())),
        records: Arc::new(SqliteRecords::new(database.clone())),
        remains: Arc::new(SqliteRemains::new(database.clone())),
    }
}

pub(super) fn postgres(database: &adapter_postgres::Database) -> Repositories {
    Repositories {
        users: Arc::new(PostgresUsers::new(database.clone())),
        credentials: Arc::new(PostgresCredentials::new(database.clone())),
        sessions: Arc::new(PostgresSessions::new(database.clone())),
        access: Arc::new(PostgresAccessChanges::new(database.clone())),
        lockouts: Arc::new(PostgresLockouts::new(database.clone())),
        subjects: Arc::new(PostgresSubjects::new(database.clone())),
        api_keys: Arc::new(PostgresApiKeys::new(database.clone())),
        images: Arc::new(PostgresImages::new(database.clone())),
        janitor: Arc::new(PostgresImageJanitor::new(database.clone())),
        census: Arc::new(PostgresImageCensus::new(database.clone())),
        trail: Arc::new(PostgresAuditTrail::new(database.clone())),
        seals: Arc::new(PostgresAuditSeals::new(database.clone())),
        outbox: Arc::new(PostgresOutbox::new(database.clone())),
        answers: Arc::new(PostgresIdempotencyJanitor::new(database.clone())),
        keys: Arc::new(PostgresKeyStore::new(database.clone())),
        signing_keys: Arc::new(PostgresSigningKeys::new(database.clone())),
        leases: Arc::new(PostgresLeases::new(database.clone())),
        erasures: Arc::new(PostgresErasures::new(database.clone())),
        records: Arc::new(PostgresRecords::new(database.clone())),
        remains: Arc::new(PostgresRemains),
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
            api_keys,
            lockouts,
            subjects,
            images,
            janitor,
            census,
            trail,
            seals,
            outbox,
            answers,
            keys,
            signing_keys,
            leases,
            erasures,
            records,
            remains
        )
    }
}
