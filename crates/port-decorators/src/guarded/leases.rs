//! Leases, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use jiff::Timestamp;
use ports::Fault;
use ports::leases::Leases;
use uuid::Uuid;

#[async_trait]
impl<P: Leases + ?Sized> Leases for Guarded<P> {
    async fn take(
        &self,
        name: &'static str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        self.repeatable(|leases| leases.take(name, holder, now, until))
            .await
    }

    async fn release(&self, name: &'static str, holder: Uuid) -> Result<(), Fault> {
        self.repeatable(|leases| leases.release(name, holder)).await
    }
}
