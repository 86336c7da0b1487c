//! Every port with the adapter that stands behind it, chosen by three addresses.
//!
//! The order of decorators is read here and nowhere else.

use super::background::following;
use super::capacity::decodes;
use super::entering::ready;
use super::memory::Memory;
use super::secrets::Secrets;
use super::{
    Depot, Erasing, MachineKeys, Repositories, SignedInBy, Signing, Store, limits, policies,
};
use crate::Failure;
use crate::bridges::cache_counts;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wire::Wire;
use adapter_identity::{Argon2Hasher, RandomCodes};
use adapter_media::{PictureProcessor, TempSpool};
use adapter_memory::MemoryAccessView;
use application::accounts::FollowAccess;
use application::limits::RateRules;
use platform::config::Settings;
use platform::telemetry::Metrics;
use port_decorators::{CachedImages, CachedUsers, Guarded, TimedObjects, UserEntries};
use ports::accounts::{
    AccessChanges, AccessView, AuditTrail, CredentialRepository, ImageCensus, ImageJanitor,
    ImageProcessor, ImageRepository, LockoutRepository, ObjectStore, OneTimeCodes, PasswordHasher,
    RefreshTokens, SessionRepository, Spool, SubjectIndex, Tokens, UserRepository,
};
use ports::leases::Leases;
use ports::limits::RateLimiter;
use ports::outbox::{IdempotencyJanitor, Outbox};
use ports::pseudonyms::Pseudonyms;
use ports::sealing::Sealer;
use ports::seals::AuditSeals;
use ports::{Clock, Ids};
use std::sync::Arc;
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
    pub machine_keys: MachineKeys,
    pub changes: Arc<dyn AccessChanges>,
    pub access: Arc<FollowAccess>,
    pub lockouts: Arc<dyn LockoutRepository>,
    pub subjects: Arc<dyn SubjectIndex>,
    pub signed_in_by: SignedInBy,
    pub limiter: Arc<dyn RateLimiter>,
    pub rules: RateRules,
    pub pseudonyms: Arc<dyn Pseudonyms>,
    pub view: Arc<dyn AccessView>,
    pub images: Arc<dyn ImageRepository>,
    pub janitor: Arc<dyn ImageJanitor>,
    pub census: Arc<dyn ImageCensus>,
    pub trail: Arc<dyn AuditTrail>,
    pub seals: Arc<dyn AuditSeals>,
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
    pub signing: Signing,
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
        let signed_in_by = SignedInBy::open(&settings.auth.mode)?;
        let store = Store::open(&settings.database_url).await?;
        let depot = Depot::open(&settings.objects_url)?;
        let process = machine.ids.next();
        let memory = Memory::open(settings.redis_url.as_ref(), process, metrics)?;
        ready(&store).await?;
        let repositories = repositories(&store, metrics);
        let secrets = Secrets::open(&repositories, &machine).await?;
        let Machine { clock, ids } = machine;
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
            machine_keys: MachineKeys::over(repositories.api_keys, &view),
            access: following(&repositories.access, &view),
            changes: repositories.access,
            lockouts: repositories.lockouts,
            subjects: repositories.subjects,
            signed_in_by,
            limiter: memory.limiter(),
            rules: limits::rules(&settings.limits)?,
            pseudonyms: secrets.pseudonyms,
            view,
            janitor: wire.janitor(repositories.janitor),
            census: repositories.census,
            trail: repositories.trail,
            seals: repositories.seals,
            outbox: wire.outbox(repositories.outbox),
            answers: repositories.answers,
            leases: repositories.leases,
            erasing,
            objects: wire.objects(objects(&depot, metrics)),
            spool: Arc::new(TempSpool::new(premises.spool()?)?),
            processor: Arc::new(PictureProcessor::new(decodes(cores), UPLOADS_WAITING)),
            hasher: Arc::new(Argon2Hasher::new(cores, HASHES_WAITING)),
            codes: Arc::new(RandomCodes),
            tokens: secrets.tokens,
            signing: secrets.signing,
            refresh_tokens: secrets.refresh_tokens,
            sealer: secrets.sealer,
            process,
            clock,
            ids,
            memory,
            store,
            depot,
        })
    }
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

/// Uploads that are received or wait while as many as possible are decoded.
const UPLOADS_WAITING: usize = 32;
/// Passwords that may wait for a core.
const HASHES_WAITING: usize = 64;
