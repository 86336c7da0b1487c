//! Failed sign-ins, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::Outcome;
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::{Begun, Counted, LockoutRepository};

#[async_trait]
impl<P: LockoutRepository + ?Sized> LockoutRepository for Guarded<P> {
    async fn begin(&self, counted: &[Counted], at: Timestamp) -> Result<Begun, Fault> {
        self.write(|lockouts| lockouts.begin(counted, at)).await
    }

    async fn end(
        &self,
        ended: &[(Counted, Outcome)],
        held: Timestamp,
        at: Timestamp,
    ) -> Result<(), Fault> {
        self.write(|lockouts| lockouts.end(ended, held, at)).await
    }

    async fn clear(&self, counted: &[Counted], at: Timestamp) -> Result<(), Fault> {
        self.repeatable(|lockouts| lockouts.clear(counted, at))
            .await
    }

    async fn forget(&self, at: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.repeatable(|lockouts| lockouts.forget(at, limit)).await
    }
}
