//! The repository of photos, whose writes change people's rows: the avatar and the version.

use super::UserEntries;
use async_trait::async_trait;
use core::fmt;
use domain::accounts::images::{Image, PendingImage};
use domain::ids::{ImageId, UserId};
use ports::accounts::{
    AddedImage, DeleteImageError, ImageRepository, PublishImageError, ReserveImageError, Reserved,
    SetAvatarError,
};
use ports::{Commit, Fault};
use std::sync::Arc;

/// Makes the cache forget whom a write may have changed.
pub struct CachedImages {
    inner: Arc<dyn ImageRepository>,
    entries: Arc<UserEntries>,
}

impl CachedImages {
    /// Wraps a repository; `entries` are those of [`super::CachedUsers`].
    pub fn new(inner: Arc<dyn ImageRepository>, entries: Arc<UserEntries>) -> Self {
        Self { inner, entries }
    }
}

#[async_trait]
impl ImageRepository for CachedImages {
    async fn reserve(
        &self,
        image: &PendingImage,
        quota: u64,
        commit: &Commit,
    ) -> Result<Reserved, ReserveImageError> {
        self.inner.reserve(image, quota, commit).await
    }

    async fn publish(&self, id: ImageId, commit: &Commit) -> Result<AddedImage, PublishImageError> {
        let published = self.inner.publish(id, commit).await;
        match &published {
            Ok(added) => self.entries.forget(added.image.user).await,
            Err(PublishImageError::Fault(fault)) => {
                self.entries.forget_if_uncertain(fault, commit).await;
            }
            Err(PublishImageError::Expired) => {}
        }
        published
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
        let set = self.inner.set_avatar(user, id, commit).await;
        if let Ok(()) | Err(SetAvatarError::Fault(Fault::Uncertain { .. })) = &set {
            self.entries.forget(user).await;
        }
        set
    }

    async fn delete(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), DeleteImageError> {
        let deleted = self.inner.delete(user, id, commit).await;
        if let Ok(()) | Err(DeleteImageError::Fault(Fault::Uncertain { .. })) = &deleted {
            self.entries.forget(user).await;
        }
        deleted
    }

    async fn delete_all(&self, user: UserId, commit: &Commit) -> Result<u64, Fault> {
        let deleted = self.inner.delete_all(user, commit).await;
        if let Ok(_) | Err(Fault::Uncertain { .. }) = &deleted {
            self.entries.forget(user).await;
        }
        deleted
    }
}

impl fmt::Debug for CachedImages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CachedImages")
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
