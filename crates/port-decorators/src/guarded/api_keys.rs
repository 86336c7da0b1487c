//! Machine keys, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::ApiKey;
use domain::ids::KeyId;
use jiff::Timestamp;
use ports::accounts::{ApiKeyRepository, KeyRights};
use ports::{Commit, Fault};

#[async_trait]
impl<P: ApiKeyRepository + ?Sized> ApiKeyRepository for Guarded<P> {
    async fn add(&self, key: &ApiKey, commit: &Commit) -> Result<(), Fault> {
        self.write(|keys| keys.add(key, commit)).await
    }

    async fn find(&self, id: KeyId) -> Result<Option<ApiKey>, Fault> {
        self.read(|keys| keys.find(id)).await
    }

    async fn rights(&self, id: KeyId) -> Result<Option<KeyRights>, Fault> {
        self.read(|keys| keys.rights(id)).await
    }

    async fn list(&self, after: Option<KeyId>, limit: u32) -> Result<Vec<ApiKey>, Fault> {
        self.read(|keys| keys.list(after, limit)).await
    }

    async fn revoke(&self, id: KeyId, commit: &Commit) -> Result<bool, Fault> {
        self.write(|keys| keys.revoke(id, commit)).await
    }

    async fn used(&self, uses: &[(KeyId, Timestamp)]) -> Result<(), Fault> {
        self.repeatable(|keys| keys.used(uses)).await
    }
}
