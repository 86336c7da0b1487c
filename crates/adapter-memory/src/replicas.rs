//! The process that is alone.

use async_trait::async_trait;
use core::num::NonZeroU32;
use ports::Fault;
use ports::replicas::Replicas;

/// Knows of no other process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

#[async_trait]
impl Replicas for Alone {
    async fn beat(&self) -> Result<NonZeroU32, Fault> {
        Ok(NonZeroU32::MIN)
    }

    async fn leave(&self) -> Result<(), Fault> {
        Ok(())
    }
}
