//! Keys that machines come with: keeping them, and telling what somebody presents as one.

use crate::{Commit, Fault};
use async_trait::async_trait;
use domain::accounts::{ApiKey, Scopes};
use domain::ids::KeyId;
use domain::{Digest, Pii};
use jiff::Timestamp;

/// What a living key has to fit, and what it may do. Neither ever changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRights {
    /// SHA-256 of its secret.
    pub secret: Digest,
    /// What it may do.
    pub scopes: Scopes,
}

/// Keeps [`ApiKey`]s, revoked ones too: they say whom the trail means. Every adapter passes
/// `testkit::api_key_repository_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ApiKeyRepository: Send + Sync {
    /// Keeps a new key.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn add(&self, key: &ApiKey, commit: &Commit) -> Result<(), Fault>;

    /// The key, also when it is revoked.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn find(&self, id: KeyId) -> Result<Option<ApiKey>, Fault>;

    /// What a key may do; `None` for one that is not there or revoked.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn rights(&self, id: KeyId) -> Result<Option<KeyRights>, Fault>;

    /// Up to `limit` keys, the newest id first, those with an id below `after` only.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn list(&self, after: Option<KeyId>, limit: u32) -> Result<Vec<ApiKey>, Fault>;

    /// Makes a key void at `commit.at`, with an [`AccessChange::Key`](super::AccessChange) in the same
    /// transaction; answers whether there is such a key. One that is void already stays as it is, and leaves no record.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn revoke(&self, id: KeyId, commit: &Commit) -> Result<bool, Fault>;

    /// Notes when keys were used, each unless a use within the [minute](ApiKey::NOTED_EVERY) before, or a later one, is
    /// noted already. Keys that are not there are passed over.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn used(&self, uses: &[(KeyId, Timestamp)]) -> Result<(), Fault>;
}

/// A key that was just made, as its maker gets to see it, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MintedKey {
    /// What the machine sends.
    pub text: Pii<String>,
    /// SHA-256 of its secret: what is stored.
    pub secret: Digest,
}

/// What somebody presents as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentedKey {
    /// Which key they say it is.
    pub id: KeyId,
    /// SHA-256 of the secret they know.
    pub secret: Digest,
}

/// Writes and reads keys as text.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait ApiKeyTexts: Send + Sync {
    /// A new secret of 256 random bits, and the key of this id with it.
    fn mint(&self, id: KeyId) -> MintedKey;

    /// Whether this is meant to be a key, and no token.
    fn is_meant(&self, text: &str) -> bool;

    /// What a key says; `None` for a text that was never one of ours, such as one with a slip of the pen.
    fn read(&self, text: &str) -> Option<PresentedKey>;
}
