//! Work that one process at a time should do, out of any number that could.

use crate::Fault;
use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

/// Keeps leases. A holder that dies loses its lease when it ends; nobody has to tell. Every adapter
/// passes `testkit::leases_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes a lease until `until`, or makes one's own longer; answers whether `holder` has it now.
    /// Somebody else's lease is free again once it has ended at `now`.
    ///
    /// # Errors
    /// [`Fault`] when leases cannot be read or written.
    async fn take(
        &self,
        name: &'static str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault>;

    /// Gives one's own lease back; somebody else's stays.
    ///
    /// # Errors
    /// [`Fault`] when leases cannot be written.
    async fn release(&self, name: &'static str, holder: Uuid) -> Result<(), Fault>;
}
