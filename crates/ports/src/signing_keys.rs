//! The keys that sign access tokens: where they are kept, where new ones come from, and who signs with them.

use crate::Fault;
use async_trait::async_trait;
use domain::Pii;
use domain::ids::SigningKeyId;
use domain::signing_keys::KeyTerm;
use jiff::Timestamp;

/// A key that signs access tokens, or will, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Names the key; public (`kid`).
    pub id: SigningKeyId,
    /// An Ed25519 seed. `Pii` keeps it out of every log.
    pub secret: Pii<[u8; 32]>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it may sign.
    pub signs_from: Timestamp,
}

impl SigningKey {
    /// What says when it signs.
    #[must_use]
    pub const fn term(&self) -> KeyTerm {
        KeyTerm {
            id: self.id,
            signs_from: self.signs_from,
        }
    }
}

/// Keeps the keys that sign access tokens. Every adapter passes `testkit::signing_keys_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// Every key there is, in the order in which they sign.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be read.
    async fn all(&self) -> Result<Vec<SigningKey>, Fault>;

    /// Adds a key if the keys that are there are the `seen` ones, in any order; answers whether it did. Of several who
    /// have seen the same and add at once, one does.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be written.
    async fn add(&self, key: &SigningKey, seen: &[SigningKeyId]) -> Result<bool, Fault>;

    /// Makes this the only key: adds it and removes all others, at once; answers how many went. Twice is once.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be written.
    async fn replace_all(&self, key: &SigningKey) -> Result<u64, Fault>;

    /// Removes keys; answers how many went. Those that are not there are passed over.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be written.
    async fn remove(&self, ids: &[SigningKeyId]) -> Result<u64, Fault>;
}

/// Where the secrets of new keys come from.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SigningSecrets: Send + Sync {
    /// 32 bytes that nobody can guess.
    fn fresh(&self) -> Pii<[u8; 32]>;
}

/// Signs and checks with the keys that it was given last. Every adapter passes `testkit::keyring_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Keyring: Send + Sync {
    /// From now on signs and checks with these keys and no others, in the order of
    /// [`Rotation`](domain::signing_keys::Rotation). Nobody who signs or checks meanwhile waits or fails.
    ///
    /// # Errors
    /// [`Fault::Broken`] for no key at all, or one that is none; then the keys stay as they were.
    fn take(&self, keys: &[SigningKey]) -> Result<(), Fault>;
}
