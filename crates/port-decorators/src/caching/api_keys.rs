//! What machine keys may do, remembered for a minute and never past a word about them.

use async_trait::async_trait;
use core::time::Duration;
use domain::accounts::ApiKey;
use domain::ids::KeyId;
use jiff::Timestamp;
use ports::accounts::{AccessView, ApiKeyRepository, KeyRights};
use ports::{Commit, Fault};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::time::Instant;

/// How many keys are remembered at most.
const CAPACITY: usize = 10_000;
/// How long: far shorter than an [`AccessView`] knows of a revoked key, which is 16 minutes.
const LIFETIME: Duration = Duration::from_secs(60);

/// Finds the rights of a key in memory before it asks the repository. What they are never changes; that they ended is
/// known from what the process has heard, and while it hears nothing, nothing is remembered.
pub struct CachedApiKeys {
    inner: Arc<dyn ApiKeyRepository>,
    view: Arc<dyn AccessView>,
    known: RwLock<HashMap<KeyId, Known>>,
    capacity: usize,
}

#[derive(Clone, Copy)]
struct Known {
    rights: KeyRights,
    until: Instant,
}

impl CachedApiKeys {
    /// Wraps a repository that reads from the primary database.
    #[must_use]
    pub fn new(inner: Arc<dyn ApiKeyRepository>, view: Arc<dyn AccessView>) -> Self {
        Self {
            inner,
            view,
            known: RwLock::default(),
            capacity: CAPACITY,
        }
    }

    fn recall(&self, id: KeyId) -> Option<KeyRights> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&id).filter(|known| Instant::now() < known.until);
        known.map(|known| known.rights)
    }

    fn remember(&self, id: KeyId, rights: KeyRights, asked: Instant) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= self.capacity && !known.contains_key(&id) {
            let now = Instant::now();
            known.retain(|_, other| now < other.until);
        }
        if known.len() >= self.capacity && !known.contains_key(&id) {
            let victim = known.keys().next().copied();
            victim.and_then(|victim| known.remove(&victim));
        }
        let until = asked + LIFETIME;
        known.insert(id, Known { rights, until });
    }

    fn forget(&self, id: KeyId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.remove(&id);
    }
}

#[async_trait]
impl ApiKeyRepository for CachedApiKeys {
    async fn add(&self, key: &ApiKey, commit: &Commit) -> Result<(), Fault> {
        self.inner.add(key, commit).await
    }

    async fn find(&self, id: KeyId) -> Result<Option<ApiKey>, Fault> {
        self.inner.find(id).await
    }

    async fn rights(&self, id: KeyId) -> Result<Option<KeyRights>, Fault> {
        if self.view.is_revoked(id) {
            return Ok(None);
        }
        if !self.view.is_current() {
            return self.inner.rights(id).await;
        }
        if let Some(rights) = self.recall(id) {
            return Ok(Some(rights));
        }
        let asked = Instant::now();
        let found = self.inner.rights(id).await?;
        if let Some(rights) = found {
            self.remember(id, rights, asked);
        }
        Ok(found)
    }

    async fn list(&self, after: Option<KeyId>, limit: u32) -> Result<Vec<ApiKey>, Fault> {
        self.inner.list(after, limit).await
    }

    async fn revoke(&self, id: KeyId, commit: &Commit) -> Result<bool, Fault> {
        let revoked = self.inner.revoke(id, commit).await;
        // Also when nobody knows what came of it.
        self.forget(id);
        revoked
    }

    async fn used(&self, uses: &[(KeyId, Timestamp)]) -> Result<(), Fault> {
        self.inner.used(uses).await
    }
}

#[cfg(test)]
#[path = "api_keys_tests.rs"]
mod tests;
