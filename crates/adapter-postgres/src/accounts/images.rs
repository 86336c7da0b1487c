//! The history of photos: the database's half of the image protocol.

mod avatar;
mod delete;
mod people;
mod publish;
mod reserve;
mod rows;

pub use delete::end_all;
pub use reserve::abort_expired;

use crate::Database;
use async_trait::async_trait;
use domain::accounts::images::{Image, PendingImage};
use domain::ids::{ImageId, UserId};
use ports::accounts::{
    AddedImage, DeleteImageError, ImageRepository, PublishImageError, ReserveImageError, Reserved,
    SetAvatarError,
};
use ports::{Commit, Fault};

/// [`ImageRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresImages {
    database: Database,
}

impl PostgresImages {
    /// The photos in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ImageRepository for PostgresImages {
    async fn reserve(
        &self,
        image: &PendingImage,
        quota: u64,
        commit: &Commit,
    ) -> Result<Reserved, ReserveImageError> {
        let (image, commit) = (image.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move { reserve::reserve(connection, &image, quota, &commit).await })
            })
            .await
    }

    async fn publish(&self, id: ImageId, commit: &Commit) -> Result<AddedImage, PublishImageError> {
        let commit = commit.clone();
        self.database
            .write(move |connection| {
                Box::pin(async move { publish::publish(connection, id, &commit).await })
            })
            .await
    }

    async fn find(&self, user: UserId, id: ImageId) -> Result<Option<Image>, Fault> {
        self.database
            .read(move |connection| Box::pin(rows::find(connection, user, id)))
            .await
    }

    async fn history(
        &self,
        user: UserId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Image>, Fault> {
        self.database
            .read(move |connection| Box::pin(rows::history(connection, user, before, limit)))
            .await
    }

    async fn set_avatar(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), SetAvatarError> {
        let commit = commit.clone();
        self.database
            .write(move |connection| {
                Box::pin(async move { avatar::choose(connection, user, id, &commit).await })
            })
            .await
    }

    async fn delete(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), DeleteImageError> {
        let commit = commit.clone();
        self.database
            .write(move |connection| {
                Box::pin(async move { delete::one(connection, user, id, &commit).await })
            })
            .await
    }

    async fn delete_all(&self, user: UserId, commit: &Commit) -> Result<u64, Fault> {
        let commit = commit.clone();
        self.database
            .write(move |connection| {
                Box::pin(async move { delete::all(connection, user, &commit).await })
            })
            .await
    }
}
