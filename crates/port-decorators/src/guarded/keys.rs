//! The installation's secrets, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use ports::Fault;
use ports::keys::{InstallationKey, KeyStore};

#[async_trait]
impl<P: KeyStore + ?Sized> KeyStore for Guarded<P> {
    async fn keep(&self, candidate: InstallationKey) -> Result<InstallationKey, Fault> {
        self.repeatable(|keys| keys.keep(candidate.clone())).await
    }
}
