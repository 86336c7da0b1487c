//! The history of photos, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::images::{Image, PendingImage};
use domain::ids::{ImageId, UserId};
use ports::accounts::{
    AddedImage, DeleteImageError, ImageRepository, PublishImageError, ReserveImageError, Reserved,
    SetAvatarError,
};
use ports::{Commit, Fault};

#[async_trait]
impl<P: ImageRepository + ?Sized> ImageRepository for Guarded<P> {
    async fn reserve(
        &self,
        image: &PendingImage,
        quota: u64,
        commit: &Commit,
    ) -> Result<Reserved, ReserveImageError> {
        self.write(|images| images.reserve(image, quota, commit))
            .await
    }

    async fn publish(&self, id: ImageId, commit: &Commit) -> Result<AddedImage, PublishImageError> {
        self.write(|images| images.publish(id, commit)).await
    }

    async fn find(&self, user: UserId, id: ImageId) -> Result<Option<Image>, Fault> {
        self.read(|images| images.find(user, id)).await
    }

    async fn history(
        &self,
        user: UserId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Image>, Fault> {
        self.read(|images| images.history(user, before, limit))
            .await
    }

    async fn set_avatar(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), SetAvatarError> {
        self.write(|images| images.set_avatar(user, id, commit))
            .await
    }

    async fn delete(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), DeleteImageError> {
        self.write(|images| images.delete(user, id, commit)).await
    }

    async fn delete_all(&self, user: UserId, commit: &Commit) -> Result<u64, Fault> {
        self.write(|images| images.delete_all(user, commit)).await
    }
}
