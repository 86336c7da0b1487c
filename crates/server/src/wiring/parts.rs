//! Every port with the adapter that stands behind it: the embedded default.
//!
//! The order of decorators is read here and nowhere else.

use crate::Failure;
use crate::bridges::cache_counts;
use crate::data_folder::DataFolder;
use crate::machine::Machine;
use crate::wire::Wire;
use adapter_identity::{AeadSealer, Argon2Hasher, EdDsaTokens, RandomCodes, fresh_key};
use adapter_media::{PictureProcessor, TempSpool};
use adapter_memory::MemoryUserCache;
use adapter_objects::FileObjects;
use adapter_sqlite::{
    Database, SqliteAuditTrail, SqliteCredentials, SqliteIdempotencyJanitor, SqliteImageCensus,
    SqliteImageJanitor, SqliteImages, SqliteKeyStore, SqliteOutbox, SqliteUsers,
};
use platform::config::Settings;
use platform::telemetry::Metrics;
use port_decorators::{CachedImages, CachedUsers, TimedObjects, UserEntries};
use ports::accounts::{
    AuditTrail, CredentialRepository, ImageCensus, ImageJanitor, ImageProcessor, ImageRepository,
    ObjectStore, OneTimeCodes, PasswordHasher, Spool, Tokens, UserCache, UserRepository,
};
use ports::keys::{KeyPurpose, KeyStore as _};
use ports::outbox::{IdempotencyJanitor, Outbox};
use ports::sealing::Sealer;
use ports::{Clock, Ids};
use std::sync::Arc;

/// Every port.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub users: Arc<dyn UserRepository>,
    pub credentials: Arc<dyn CredentialRepository>,
    pub images: Arc<dyn ImageRepository>,
    pub janitor: Arc<dyn ImageJanitor>,
    pub census: Arc<dyn ImageCensus>,
    pub trail: Arc<dyn AuditTrail>,
    pub outbox: Arc<dyn Outbox>,
    pub answers: Arc<dyn IdempotencyJanitor>,
    pub objects: Arc<dyn ObjectStore>,
    pub spool: Arc<dyn Spool>,
    pub processor: Arc<dyn ImageProcessor>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub codes: Arc<dyn OneTimeCodes>,
    pub tokens: Arc<dyn Tokens>,
    pub sealer: Arc<dyn Sealer>,
    pub cache: Arc<dyn UserCache>,
    pub database: Database,
    pub files: Arc<FileObjects>,
}

impl Parts {
    /// Opens the embedded default on a data folder that this process holds, and migrates it.
    ///
    /// # Errors
    /// [`Failure`] says which part cannot be opened.
    pub async fn embedded(
        settings: &Settings,
        held: &DataFolder,
        machine: Machine,
        metrics: Option<&Metrics>,
    ) -> Result<Self, Failure> {
        let Machine { clock, ids } = machine;
        let database = Database::open(settings.database_url.path()).await?;
        database.migrate_up().await?;
        let files = Arc::new(FileObjects::new(settings.objects_url.path())?);
        let cache: Arc<dyn UserCache> = Arc::new(MemoryUserCache::default());
        let entries = Arc::new(UserEntries::new(
            Arc::clone(&cache),
            cache_counts::counting(metrics.cloned()),
        ));
        let wire = Wire::new();
        let objects = wire.objects(Arc::new(TimedObjects::new(files.clone())));
        let images = wire.images(Arc::new(SqliteImages::new(database.clone())));
        let users = CachedUsers::new(
            Arc::new(SqliteUsers::new(database.clone())),
            Arc::clone(&entries),
        );
        let images = CachedImages::new(images, entries);
        let keys = SqliteKeyStore::new(database.clone());
        let token_key = keys
            .keep(fresh_key(KeyPurpose::Tokens, &*ids, &*clock))
            .await?;
        let page_key = keys
            .keep(fresh_key(KeyPurpose::Pages, &*ids, &*clock))
            .await?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            users: Arc::new(users),
            credentials: Arc::new(SqliteCredentials::new(database.clone())),
            images: Arc::new(images),
            janitor: wire.janitor(Arc::new(SqliteImageJanitor::new(database.clone()))),
            census: Arc::new(SqliteImageCensus::new(database.clone())),
            trail: Arc::new(SqliteAuditTrail::new(database.clone())),
            outbox: wire.outbox(Arc::new(SqliteOutbox::new(database.clone()))),
            answers: Arc::new(SqliteIdempotencyJanitor::new(database.clone())),
            objects,
            spool: Arc::new(TempSpool::new(held.spool()?)?),
            processor: Arc::new(PictureProcessor::new(decodes(cores), UPLOADS_WAITING)),
            hasher: Arc::new(Argon2Hasher::new(cores, HASHES_WAITING)),
            codes: Arc::new(RandomCodes),
            tokens: Arc::new(EdDsaTokens::new(&token_key, ISSUER)?),
            sealer: Arc::new(AeadSealer::new(&page_key)?),
            clock,
            ids,
            cache,
            database,
            files,
        })
    }
}

/// Pictures decoded at once: as many as there are cores, and as fit into a quarter of the memory.
fn decodes(cores: usize) -> usize {
    let fitting =
        memory_bytes().map_or(1, |bytes| bytes / 4 / adapter_media::processor::PEAK_BYTES);
    cores
        .min(usize::try_from(fitting).unwrap_or(usize::MAX))
        .max(1)
}

/// The machine's memory (proc(5): `MemTotal` of `meminfo`, in KiB).
fn memory_bytes() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = told
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(total.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Uploads that are received or wait while as many as possible are decoded.
const UPLOADS_WAITING: usize = 32;
/// Who signs our tokens, as they say themselves (`iss`).
const ISSUER: &str = "muster";
/// Passwords that may wait for a core.
const HASHES_WAITING: usize = 64;
