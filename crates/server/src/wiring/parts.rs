//! Every port with the adapter that stands behind it, chosen by three addresses.
//!
//! The order of decorators is read here and nowhere else.

use super::background::following;
use super::capacity::decodes;
use super::{Depot, Erasing, Memory, Repositories, Store, policies};
use crate::bridges::cache_counts;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wire::Wire;
use crate::{Failure, Kind};
use adapter_identity::{
    AeadSealer, Argon2Hasher, EdDsaTokens, RandomCodes, SealedRefreshTokens, fresh_key,
};
use adapter_media::{PictureProcessor, TempSpool};
use adapter_memory::MemoryAccessView;
use adapter_postgres::{Manner, Presence};
use application::accounts::FollowAccess;
use platform::config::Settings;
use platform::lifecycle::awaited;
use platform::telemetry::Metrics;
use port_decorators::{CachedImages, CachedUsers, Guarded, TimedObjects, UserEntries};
use ports::accounts::{
    AccessChanges, AccessView, AuditTrail, CredentialRepository, ImageCensus, ImageJanitor,
    ImageProcessor, ImageRepository, ObjectStore, OneTimeCodes, PasswordHasher, RefreshTokens,
    SessionRepository, Spool, Tokens, UserRepository,
};
use ports::keys::KeyPurpose;
use ports::leases::Leases;
use ports::outbox::{IdempotencyJanitor, Outbox};
use ports::schema::SchemaError;
use ports::sealing::Sealer;
use ports::{Clock, Fault, Ids};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Every port.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct Parts {
    /// Names this process among those that share the parts.
    pub process: Uuid,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub users: Arc<dyn UserRepository>,
    pub credentials: Arc<dyn CredentialRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub changes: Arc<dyn AccessChanges>,
    pub access: Arc<FollowAccess>,
    pub view: Arc<dyn AccessView>,
    pub images: Arc<dyn ImageRepository>,
    pub janitor: Arc<dyn ImageJanitor>,
    pub census: Arc<dyn ImageCensus>,
    pub trail: Arc<dyn AuditTrail>,
    pub outbox: Arc<dyn Outbox>,
    pub answers: Arc<dyn IdempotencyJanitor>,
    pub leases: Arc<dyn Leases>,
    pub erasing: Erasing,
    pub objects: Arc<dyn ObjectStore>,
    pub spool: Arc<dyn Spool>,
    pub processor: Arc<dyn ImageProcessor>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub codes: Arc<dyn OneTimeCodes>,
    pub tokens: Arc<dyn Tokens>,
    pub refresh_tokens: Arc<dyn RefreshTokens>,
    pub sealer: Arc<dyn Sealer>,
    pub memory: Memory,
    pub store: Store,
    pub depot: Depot,
}

impl Parts {
    /// Opens what the addresses name. A database file is migrated; a server is waited for, and has to
    /// have the expected schema.
    ///
    /// # Errors
    /// [`Failure`] says which part cannot be opened.
    pub async fn open(
        settings: &Settings,
        premises: &Premises,
        machine: Machine,
        metrics: Option<&Metrics>,
    ) -> Result<Self, Failure> {
        let Machine { clock, ids } = machine;
        let store = Store::open(&settings.database_url).await?;
        let depot = Depot::open(&settings.objects_url)?;
        let memory = Memory::open(settings.redis_url.as_ref(), metrics)?;
        ready(&store).await?;
        let repositories = repositories(&store, metrics);
        let keys = repositories.keys.clone();
        let token_key = keys.keep(fresh_key(KeyPurpose::Tokens, &*ids, &*clock));
        let token_key = token_key.await?;
        let page_key = keys.keep(fresh_key(KeyPurpose::Pages, &*ids, &*clock));
        let page_key = page_key.await?;
        let session_key = keys.keep(fresh_key(KeyPurpose::Sessions, &*ids, &*clock));
        let session_key = session_key.await?;
        let wire = Wire::new();
        let counts = cache_counts::counting(metrics.cloned());
        let view: Arc<dyn AccessView> = Arc::new(MemoryAccessView::default());
        let entries = Arc::new(UserEntries::new(memory.users(), Arc::clone(&view), counts));
        let erasing = Erasing::new(&repositories, &wire, Arc::clone(&entries));
        let users = CachedUsers::new(repositories.users, Arc::clone(&entries));
        let images = CachedImages::new(wire.images(repositories.images), entries);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            users: Arc::new(users),
            images: Arc::new(images),
            credentials: repositories.credentials,
            sessions: repositories.sessions,
            access: following(&repositories.access, &view),
            changes: repositories.access,
            view,
            janitor: wire.janitor(repositories.janitor),
            census: repositories.census,
            trail: repositories.trail,
            outbox: wire.outbox(repositories.outbox),
            answers: repositories.answers,
            leases: repositories.leases,
            erasing,
            objects: wire.objects(objects(&depot, metrics)),
            spool: Arc::new(TempSpool::new(premises.spool()?)?),
            processor: Arc::new(PictureProcessor::new(decodes(cores), UPLOADS_WAITING)),
            hasher: Arc::new(Argon2Hasher::new(cores, HASHES_WAITING)),
            codes: Arc::new(RandomCodes),
            tokens: Arc::new(EdDsaTokens::new(&token_key, ISSUER)?),
            refresh_tokens: Arc::new(SealedRefreshTokens::new(&session_key)?),
            sealer: Arc::new(AeadSealer::new(&page_key)?),
            process: ids.next(),
            clock,
            ids,
            memory,
            store,
            depot,
        })
    }
}

impl Parts {
    /// The right to work with this database while others may want to: those who share a Redis may side by side,
    /// anybody else alone. A file is kept to one process by its folder already.
    ///
    /// # Errors
    /// [`Failure`] of this kind when another process works with it in another manner.
    pub async fn enter(&self, otherwise: Kind) -> Result<Option<Presence>, Failure> {
        let (manner, advice) = match self.memory {
            Memory::Shared { .. } => (
                Manner::SideBySide,
                "without a Redis: give it the same MUSTER_REDIS_URL",
            ),
            Memory::Local(_) => (
                Manner::Alone,
                "set MUSTER_REDIS_URL for all of them to share it",
            ),
        };
        self.store.enter(manner).await?.ok_or_else(|| Failure {
            kind: otherwise,
            message: format!(
                "another muster works with {}; {advice}, or stop the other",
                self.store.shown()
            ),
        })
    }
}

/// A file brings its schema along; a server's is made by `muster migrate`, once for all processes.
async fn ready(store: &Store) -> Result<(), SchemaError> {
    if let Store::Sqlite(_) = store {
        return store.schema().migrate_up().await.map(drop);
    }
    let passes =
        |error: &SchemaError| matches!(error, SchemaError::Fault(Fault::Unavailable { .. }));
    let verified = || store.schema().verify();
    awaited("database", NEEDED_WITHIN, passes, verified).await
}

/// A file of this machine is there or it is not; a server may be away for a while.
fn repositories(store: &Store, metrics: Option<&Metrics>) -> Repositories {
    match store {
        Store::Sqlite(_) => store.repositories(),
        Store::Postgres(_) => store.repositories().guarded(&policies::database(metrics)),
    }
}

fn objects(depot: &Depot, metrics: Option<&Metrics>) -> Arc<dyn ObjectStore> {
    match depot {
        Depot::Files(_) => Arc::new(TimedObjects::new(depot.objects())),
        Depot::S3(_) => Arc::new(Guarded::new(depot.objects(), policies::objects(metrics))),
    }
}

/// The database may come up this much later than we do.
const NEEDED_WITHIN: Duration = Duration::from_secs(60);
/// Uploads that are received or wait while as many as possible are decoded.
const UPLOADS_WAITING: usize = 32;
/// Who signs our tokens, as they say themselves (`iss`).
const ISSUER: &str = "muster";
/// Passwords that may wait for a core.
const HASHES_WAITING: usize = 64;
