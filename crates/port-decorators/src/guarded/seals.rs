//! Seals, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::seals::{Seal, TrailRow};
use ports::Fault;
use ports::seals::{AuditSeals, Protection, Tail};

#[async_trait]
impl<P: AuditSeals + ?Sized> AuditSeals for Guarded<P> {
    async fn settled(&self) -> Result<Option<i64>, Fault> {
        self.read(|seals| seals.settled()).await
    }

    async fn rows(&self, after: i64, up_to: i64, limit: u32) -> Result<Vec<TrailRow>, Fault> {
        self.read(|seals| seals.rows(after, up_to, limit)).await
    }

    async fn tail(&self, after: i64) -> Result<Option<Tail>, Fault> {
        self.read(|seals| seals.tail(after)).await
    }

    async fn newest(&self) -> Result<Option<Seal>, Fault> {
        self.read(|seals| seals.newest()).await
    }

    async fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, Fault> {
        self.read(|seals| seals.seals(after, limit)).await
    }

    /// Of which twice is once: the second finds its number taken.
    async fn add(&self, seal: &Seal) -> Result<bool, Fault> {
        self.repeatable(|seals| seals.add(seal)).await
    }

    async fn protection(&self) -> Result<Protection, Fault> {
        self.read(|seals| seals.protection()).await
    }
}
