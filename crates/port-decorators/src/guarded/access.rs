//! What was changed of anybody's access, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use core::time::Duration;
use ports::Fault;
use ports::accounts::{AccessChange, AccessChanges};

#[async_trait]
impl<P: AccessChanges + ?Sized> AccessChanges for Guarded<P> {
    async fn within(&self, last: Duration) -> Result<Vec<AccessChange>, Fault> {
        self.read(|changes| changes.within(last)).await
    }

    async fn forget_older(&self, than: Duration) -> Result<u64, Fault> {
        self.repeatable(|changes| changes.forget_older(than)).await
    }
}
