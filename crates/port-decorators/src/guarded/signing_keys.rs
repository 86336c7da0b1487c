//! The keys that sign access tokens, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::ids::SigningKeyId;
use ports::Fault;
use ports::signing_keys::{SigningKey, SigningKeys};

#[async_trait]
impl<P: SigningKeys + ?Sized> SigningKeys for Guarded<P> {
    async fn all(&self) -> Result<Vec<SigningKey>, Fault> {
        self.read(|keys| keys.all()).await
    }

    /// Twice is once: the second finds other keys than were seen.
    async fn add(&self, key: &SigningKey, seen: &[SigningKeyId]) -> Result<bool, Fault> {
        self.repeatable(|keys| keys.add(key, seen)).await
    }

    async fn replace_all(&self, key: &SigningKey) -> Result<u64, Fault> {
        self.repeatable(|keys| keys.replace_all(key)).await
    }

    async fn remove(&self, ids: &[SigningKeyId]) -> Result<u64, Fault> {
        self.repeatable(|keys| keys.remove(ids)).await
    }
}
