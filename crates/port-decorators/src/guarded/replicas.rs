//! Who else there is, in a Redis that may be down.

use super::Guarded;
use async_trait::async_trait;
use core::num::NonZeroU32;
use ports::Fault;
use ports::replicas::Replicas;

#[async_trait]
impl<P: Replicas + ?Sized> Replicas for Guarded<P> {
    async fn beat(&self) -> Result<NonZeroU32, Fault> {
        self.repeatable(|replicas| replicas.beat()).await
    }

    async fn leave(&self) -> Result<(), Fault> {
        self.repeatable(|replicas| replicas.leave()).await
    }
}
