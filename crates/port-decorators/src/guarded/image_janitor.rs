//! Photos whose objects have to go, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::images::ObjectKey;
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::ImageJanitor;

#[async_trait]
impl<P: ImageJanitor + ?Sized> ImageJanitor for Guarded<P> {
    async fn abort_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        self.repeatable(|janitor| janitor.abort_expired(now)).await
    }

    async fn reapable(&self, now: Timestamp, limit: u32) -> Result<Vec<ImageId>, Fault> {
        self.read(|janitor| janitor.reapable(now, limit)).await
    }

    async fn doomed(&self, id: ImageId, now: Timestamp) -> Result<Option<Vec<ObjectKey>>, Fault> {
        self.read(|janitor| janitor.doomed(id, now)).await
    }

    async fn bury(&self, id: ImageId) -> Result<(), Fault> {
        self.repeatable(|janitor| janitor.bury(id)).await
    }

    async fn left_of(&self, user: UserId) -> Result<u64, Fault> {
        self.read(|janitor| janitor.left_of(user)).await
    }

    async fn forget(&self, user: UserId) -> Result<u64, Fault> {
        self.repeatable(|janitor| janitor.forget(user)).await
    }
}
