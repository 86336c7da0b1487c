//! Places at which a process under test stops dead, so that a test can kill it exactly there.
//!
//! Only builds with debug assertions have them. Which one is armed stands in the environment variable
//! `TRIPWIRE`: its name, and with `#3` behind it the third time it is reached.

use async_trait::async_trait;
use bytes::Bytes;
use core::ops::Range;
use domain::accounts::User;
use domain::accounts::images::{Image, ObjectKey, PendingImage, Rendition};
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::{ErasureId, ImageId, UserId};
use domain::{Digest, Version};
use futures::stream::BoxStream;
use jiff::Timestamp;
use ports::accounts::{
    AddedImage, DeleteImageError, ImageJanitor, ImageRepository, ObjectRead, ObjectStore,
    PublishImageError, PutObjectError, ReserveImageError, Reserved, SetAvatarError, StoredObject,
};
use ports::erasures::{BeginErasureError, ErasureRepository};
use ports::outbox::{Delivery, Outbox};
use ports::{Commit, Fault};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One armed place, or none.
#[derive(Clone, Default)]
pub struct Tripwire(Option<Arc<Armed>>);

struct Armed {
    name: String,
    left: AtomicU64,
}

impl Tripwire {
    /// Arms what a text like `publish:before` or `put:after#4` names.
    #[must_use]
    pub fn armed(text: &str) -> Self {
        let (name, count) = text.split_once('#').map_or((text, 1), |(name, count)| {
            (name, count.parse().unwrap_or(1))
        });
        Self(Some(Arc::new(Armed {
            name: name.to_owned(),
            left: AtomicU64::new(count),
        })))
    }

    async fn at(&self, name: &str) {
        let Some(armed) = self.0.as_ref().filter(|armed| armed.name == name) else {
            return;
        };
        if armed.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            eprintln!("tripwire {name}");
            std::future::pending::<()>().await;
        }
    }

    async fn around<T>(&self, name: &str, call: impl Future<Output = T>) -> T {
        if self.0.is_none() {
            return call.await;
        }
        self.at(&format!("{name}:before")).await;
        let outcome = call.await;
        self.at(&format!("{name}:after")).await;
        outcome
    }
}

/// A port with places to stop at before and after its writes.
pub struct Tripped<P: ?Sized> {
    inner: Arc<P>,
    wire: Tripwire,
}

impl<P: ?Sized> Tripped<P> {
    /// Wraps a port.
    pub const fn new(inner: Arc<P>, wire: Tripwire) -> Self {
        Self { inner, wire }
    }
}

#[async_trait]
impl ImageRepository for Tripped<dyn ImageRepository> {
    async fn reserve(
        &self,
        image: &PendingImage,
        quota: u64,
        commit: &Commit,
    ) -> Result<Reserved, ReserveImageError> {
        self.wire
            .around("reserve", self.inner.reserve(image, quota, commit))
            .await
    }

    async fn publish(&self, id: ImageId, commit: &Commit) -> Result<AddedImage, PublishImageError> {
        self.wire
            .around("publish", self.inner.publish(id, commit))
            .await
    }

    async fn find(&self, user: UserId, id: ImageId) -> Result<Option<Image>, Fault> {
        self.inner.find(user, id).await
    }

    async fn history(
        &self,
        user: UserId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Image>, Fault> {
        self.inner.history(user, before, limit).await
    }

    async fn set_avatar(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), SetAvatarError> {
        self.inner.set_avatar(user, id, commit).await
    }

    async fn delete(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), DeleteImageError> {
        self.wire
            .around("delete", self.inner.delete(user, id, commit))
            .await
    }

    async fn delete_all(&self, user: UserId, commit: &Commit) -> Result<u64, Fault> {
        self.wire
            .around("delete_all", self.inner.delete_all(user, commit))
            .await
    }
}

#[async_trait]
impl ImageJanitor for Tripped<dyn ImageJanitor> {
    async fn abort_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        self.inner.abort_expired(now).await
    }

    async fn reapable(&self, now: Timestamp, limit: u32) -> Result<Vec<ImageId>, Fault> {
        self.inner.reapable(now, limit).await
    }

    async fn doomed(&self, id: ImageId, now: Timestamp) -> Result<Option<Vec<ObjectKey>>, Fault> {
        self.wire.around("doomed", self.inner.doomed(id, now)).await
    }

    async fn bury(&self, id: ImageId) -> Result<(), Fault> {
        self.wire.around("bury", self.inner.bury(id)).await
    }

    async fn left_of(&self, user: UserId) -> Result<u64, Fault> {
        self.inner.left_of(user).await
    }

    async fn forget(&self, user: UserId) -> Result<u64, Fault> {
        self.wire.around("forget", self.inner.forget(user)).await
    }
}

#[async_trait]
impl ObjectStore for Tripped<dyn ObjectStore> {
    async fn put(
        &self,
        key: &ObjectKey,
        rendition: &Rendition,
        body: Bytes,
    ) -> Result<(), PutObjectError> {
        self.wire
            .around("put", self.inner.put(key, rendition, body))
            .await
    }

    async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<ObjectRead>, Fault> {
        self.inner.get(key, range).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), Fault> {
        self.wire
            .around("object_delete", self.inner.delete(key))
            .await
    }

    async fn exists(&self, key: &ObjectKey) -> Result<bool, Fault> {
        self.inner.exists(key).await
    }

    fn list(&self, whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
        self.inner.list(whose)
    }
}

#[async_trait]
impl Outbox for Tripped<dyn Outbox> {
    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        let claimed = self.inner.claim(now, until, limit).await?;
        if !claimed.is_empty() {
            self.wire.at("claim:after").await;
        }
        Ok(claimed)
    }

    async fn settle(&self, seq: i64) -> Result<(), Fault> {
        self.wire.around("settle", self.inner.settle(seq)).await
    }

    async fn defer(&self, seq: i64, until: Timestamp) -> Result<(), Fault> {
        self.inner.defer(seq, until).await
    }
}

#[async_trait]
impl ErasureRepository for Tripped<dyn ErasureRepository> {
    async fn begin(
        &self,
        id: ErasureId,
        blank: &User,
        seen: Version,
        subject: Option<Digest>,
        commit: &Commit,
    ) -> Result<Erasure, BeginErasureError> {
        self.wire
            .around("erase", self.inner.begin(id, blank, seen, subject, commit))
            .await
    }

    async fn find(&self, id: ErasureId) -> Result<Option<Erasure>, Fault> {
        self.inner.find(id).await
    }

    async fn unfinished(&self, limit: u32) -> Result<Vec<Erasure>, Fault> {
        self.inner.unfinished(limit).await
    }

    async fn answer(&self, id: ErasureId, answer: &PartAnswer) -> Result<(), Fault> {
        self.wire
            .around("answer", self.inner.answer(id, answer))
            .await
    }

    async fn finish(&self, id: ErasureId, at: Timestamp) -> Result<(), Fault> {
        self.wire.around("finish", self.inner.finish(id, at)).await
    }
}

#[cfg(test)]
mod tests {
    use super::Tripwire;
    use core::time::Duration;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn the_armed_place_is_never_passed_the_counted_time() {
        let wire = Tripwire::armed("put:after#2");
        assert_eq!(wire.around("put", async { 1 }).await, 1);
        assert_eq!(wire.around("publish", async { 2 }).await, 2);
        assert!(
            timeout(Duration::from_secs(3600), wire.around("put", async { 3 }))
                .await
                .is_err()
        );
    }
}
