//! Keeping photos: the database's half of the image protocol.

use crate::{ClaimError, Commit, Fault};
use async_trait::async_trait;
use domain::accounts::images::{Image, ObjectKey, PendingImage};
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;

/// What an upload came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedImage {
    /// The photo in the history.
    pub image: Image,
    /// Whether the same bytes were there already and nothing was stored.
    pub deduplicated: bool,
}

/// What a reservation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// The objects may be stored now.
    Pending,
    /// The person has a photo of the same bytes.
    Duplicate(Image),
    /// The same keyed request was carried out before.
    Replayed(AddedImage),
}

/// Why an upload cannot be reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveImageError {
    /// There is no such person, or they are deleted.
    #[error("there is no such person")]
    NoSuchUser,
    /// The person's photos would take more room than they may.
    #[error("{used} of {limit} bytes are used")]
    QuotaExceeded {
        /// Bytes used and reserved.
        used: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// The same bytes are being uploaded for the same person right now.
    #[error("the same picture is being uploaded")]
    UploadInFlight,
    /// The idempotency key cannot be used.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why an upload cannot become ready.
#[derive(Debug, thiserror::Error)]
pub enum PublishImageError {
    /// Its deadline passed or the reaper was faster; the person was deleted meanwhile.
    #[error("the upload has expired")]
    Expired,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a photo cannot be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteImageError {
    /// There is no such photo in the person's history.
    #[error("there is no such photo")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a photo cannot be the avatar.
#[derive(Debug, thiserror::Error)]
pub enum SetAvatarError {
    /// There is no such photo in the person's history, or no such person.
    #[error("there is no such photo")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Keeps the history of photos. Every adapter passes `testkit::image_repository_contract!`.
///
/// Writing methods lock the person's row first, so that what happens to one person's photos happens
/// in one order.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ImageRepository: Send + Sync {
    /// First transaction of an upload: reserves quota and the idempotency key, and stores the photo as
    /// `pending`. An expired reservation of the same bytes is aborted on the way and does not
    /// stand in the way. A duplicate stores the key's answer at once. `quota` is in bytes. Neither audit nor
    /// outbox rows are stored: nothing has happened yet that anybody could see.
    ///
    /// # Errors
    /// [`ReserveImageError`]; nothing is stored then.
    async fn reserve(
        &self,
        image: &PendingImage,
        quota: u64,
        commit: &Commit,
    ) -> Result<Reserved, ReserveImageError>;

    /// Last transaction of an upload: compare-and-set `pending → ready` before its deadline at
    /// `commit.at`, the next `seq` of the person, the reservation moved to used, the first ready photo
    /// made the avatar (which bumps the person's version), the key's answer.
    ///
    /// # Errors
    /// [`PublishImageError::Expired`] when the photo is not `pending` any more or its deadline has passed.
    async fn publish(&self, id: ImageId, commit: &Commit) -> Result<AddedImage, PublishImageError>;

    /// Looks up a ready photo of a person.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn find(&self, user: UserId, id: ImageId) -> Result<Option<Image>, Fault>;

    /// Lists up to `limit` ready photos of a person, newest first, those with a `seq` below `before` only.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn history(
        &self,
        user: UserId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Image>, Fault>;

    /// Makes a ready photo the avatar and bumps the person's version. Nothing changes when it is already.
    ///
    /// # Errors
    /// [`SetAvatarError::Missing`] when the person has no such photo.
    async fn set_avatar(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), SetAvatarError>;

    /// Makes a ready photo unreadable (`ready → deleting`), emits its `ImageDeleted` event, gives its
    /// quota back, and clears the avatar when it was that (which bumps the person's version).
    ///
    /// # Errors
    /// [`DeleteImageError::Missing`] when the person has no such photo.
    async fn delete(
        &self,
        user: UserId,
        id: ImageId,
        commit: &Commit,
    ) -> Result<(), DeleteImageError>;

    /// Does what [`ImageRepository::delete`] does for every photo of the person; answers how many.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn delete_all(&self, user: UserId, commit: &Commit) -> Result<u64, Fault>;
}

/// Finds photos whose objects have to go and records that they went. Every adapter passes
/// `testkit::image_janitor_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ImageJanitor: Send + Sync {
    /// `pending → aborted` for every upload past its deadline at `now`, reservations given back;
    /// answers how many.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn abort_expired(&self, now: Timestamp) -> Result<u64, Fault>;

    /// Lists up to `limit` aborted photos whose quarantine is over at `now`, oldest first: no PUT of
    /// theirs can land any more.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn reapable(&self, now: Timestamp, limit: u32) -> Result<Vec<ImageId>, Fault>;

    /// The keys of a photo's objects when they have to go: it is `deleting`, or `aborted` with its
    /// quarantine over at `now`. `None` for every other photo: its objects must stay.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn doomed(&self, id: ImageId, now: Timestamp) -> Result<Option<Vec<ObjectKey>>, Fault>;

    /// Records that the objects are gone: `deleting → gone` or `aborted → gone`. Any other photo
    /// stays as it is.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be written.
    async fn bury(&self, id: ImageId) -> Result<(), Fault>;

    /// How many photos of a person are not gone, whatever state they are in.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn left_of(&self, user: UserId) -> Result<u64, Fault>;

    /// Forgets that a person had photos which are gone, their keys and digests too; answers how many. Others stay.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn forget(&self, user: UserId) -> Result<u64, Fault>;
}
