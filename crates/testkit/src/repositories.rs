//! Every database port over one fresh database: what the contract suites of repositories are run on.

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
use std::any::Any;
use std::sync::Arc;

/// The ports of one database, empty and migrated.
pub struct Repositories {
    /// People.
    pub users: Arc<dyn UserRepository>,
    /// Invitations and passwords.
    pub credentials: Arc<dyn CredentialRepository>,
    /// Signed-in devices.
    pub sessions: Arc<dyn SessionRepository>,
    /// Who may no longer do what.
    pub access: Arc<dyn AccessChanges>,
    /// Failed sign-ins.
    pub lockouts: Arc<dyn LockoutRepository>,
    /// People by the names that others gave them.
    pub subjects: Arc<dyn SubjectIndex>,
    /// Machine keys.
    pub api_keys: Arc<dyn ApiKeyRepository>,
    /// Photos.
    pub images: Arc<dyn ImageRepository>,
    /// Photos whose objects have to go.
    pub image_janitor: Arc<dyn ImageJanitor>,
    /// What was done.
    pub audit: Arc<dyn AuditTrail>,
    /// That nobody changed it since.
    pub seals: Arc<dyn AuditSeals>,
    /// What others have to be told.
    pub outbox: Arc<dyn Outbox>,
    /// The installation's secrets.
    pub keys: Arc<dyn KeyStore>,
    /// The keys that sign access tokens.
    pub signing_keys: Arc<dyn SigningKeys>,
    /// Photos as a whole.
    pub census: Arc<dyn ImageCensus>,
    /// Who may do what one at a time should do.
    pub leases: Arc<dyn Leases>,
    /// Answers of keyed requests.
    pub idempotency: Arc<dyn IdempotencyJanitor>,
    /// People who are erased.
    pub erasures: Arc<dyn ErasureRepository>,
    /// The rows about a person.
    pub records: Arc<dyn PersonalData>,
    /// Whatever has to live as long as the database does: its folder, its server.
    pub guard: Box<dyn Any + Send + Sync>,
}
