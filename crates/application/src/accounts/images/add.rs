//! Adds a photo so that it is never half stored: reserve, store all objects, publish.
//!
//! Whatever happens between two steps, what is left is a `pending` row that names every object there
//! can be, and the reaper does the rest. Nothing is undone here: an undo can fail too.

use super::access::{Denied, changeable};
use super::upload::{self, Upload};
use crate::{Committed, Forbidden, Request};
use domain::accounts::images::{ObjectKey, PendingImage, limits};
use domain::accounts::taken_at::{self, TakenAtError};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use futures::future::try_join_all;
use jiff::Timestamp;
use ports::accounts::{
    AddedImage, DecodeBusy, ImageProcessor, ImageRepository, ObjectStore, ProcessImageError,
    Processed, PublishImageError, PutObjectError, ReceiveError, Rendered, ReserveImageError,
    Reserved, Spool, UserRepository,
};
use ports::{BoxError, Claim, ClaimError, Clock, Fault, Fingerprint, Ids};
use std::sync::Arc;

/// Adds one photo to a person's history.
pub struct AddImage {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the history.
    pub images: Arc<dyn ImageRepository>,
    /// Keeps the bytes.
    pub objects: Arc<dyn ObjectStore>,
    /// Receives uploads.
    pub spool: Arc<dyn Spool>,
    /// Makes pictures safe.
    pub processor: Arc<dyn ImageProcessor>,
    /// Names photos.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a photo is not added.
#[derive(Debug, thiserror::Error)]
pub enum AddImageError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person, or the caller may not know that there is.
    #[error("there is no such person")]
    Missing,
    /// There is no room to decode another picture; nothing of the body was read.
    #[error(transparent)]
    Busy(#[from] DecodeBusy),
    /// The upload ended early or was not what its framing said.
    #[error("the upload ended early")]
    Interrupted(#[source] BoxError),
    /// The file is larger than allowed.
    #[error("the file has more than {cap} bytes")]
    FileTooLarge {
        /// Bytes allowed.
        cap: u64,
    },
    /// The picture has more pixels than allowed.
    #[error("the picture is {width} x {height} pixels")]
    PictureTooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The file is neither JPEG, PNG nor WebP.
    #[error("the file is neither JPEG, PNG nor WebP")]
    Unsupported,
    /// The file cannot be decoded.
    #[error("the file cannot be decoded")]
    Corrupt(#[source] BoxError),
    /// The person's photos would take more room than they may.
    #[error("{used} of {limit} bytes are used")]
    QuotaExceeded {
        /// Bytes used.
        used: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// No picture was taken then.
    #[error(transparent)]
    TakenAt(#[from] TakenAtError),
    /// The same picture is being uploaded for this person right now.
    #[error("the same picture is being uploaded")]
    UploadInFlight,
    /// It took too long, and the reaper has it now.
    #[error("the upload has expired")]
    Expired,
    /// The idempotency key cannot be used.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl AddImage {
    /// Adds a photo. The body is not read before there is room to decode it.
    ///
    /// # Errors
    /// [`AddImageError`]; nobody sees anything of the photo then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        user: UserId,
        upload: Upload,
    ) -> Result<Committed<AddedImage>, AddImageError> {
        changeable(&*self.users, request, user).await?;
        let permit = self.processor.admit()?;
        let (body, beside) = upload::split(upload);
        let source = self.spool.receive(body, limits::SOURCE_BYTES).await?;
        let (digest, now) = (source.digest, self.clock.now());
        let taken_at = beside.taken_at().map(|at| taken_at::parse(at, now));
        let taken_at = taken_at.transpose()?;
        let processed = self.processor.process(permit, source).await?;
        let pending = self.pending(user, digest, taken_at, &processed);
        let request = request.clone().keyed(fingerprinted(request, &pending));
        match self
            .images
            .reserve(
                &pending,
                limits::QUOTA_BYTES,
                &self.commit(&request, &pending),
            )
            .await?
        {
            Reserved::Replayed(added) => Ok(Committed::Replayed(added)),
            Reserved::Duplicate(image) => Ok(Committed::Fresh(AddedImage {
                image,
                deduplicated: true,
            })),
            Reserved::Pending => {
                self.store(&pending, processed).await?;
                Ok(Committed::Fresh(
                    self.images
                        .publish(pending.id, &self.commit(&request, &pending))
                        .await?,
                ))
            }
        }
    }

    fn pending(
        &self,
        user: UserId,
        source: domain::Digest,
        taken_at: Option<Timestamp>,
        processed: &Processed,
    ) -> PendingImage {
        let created_at = self.clock.now();
        PendingImage {
            id: ImageId::new(self.ids.next()),
            user,
            source,
            taken_at,
            renditions: processed
                .renditions
                .iter()
                .map(|rendered| rendered.rendition.clone())
                .collect(),
            created_at,
            deadline: PendingImage::deadline(created_at),
        }
    }

    fn commit(&self, request: &Request, pending: &PendingImage) -> ports::Commit {
        let audit = Audit::of(Action::ImageAdded, pending.user).about(pending.id.uuid());
        let event = Event::object(EventKind::ImageAdded, pending.user, pending.id.uuid());
        request.commit(self.clock.now(), vec![audit], vec![event])
    }

    /// Stores all objects side by side; the first failure ends the wait for the others.
    async fn store(&self, pending: &PendingImage, processed: Processed) -> Result<(), Fault> {
        let puts =
            processed
                .renditions
                .into_iter()
                .map(|Rendered { rendition, body }| async move {
                    let key = ObjectKey::of(pending.user, pending.id, rendition.variant);
                    self.objects.put(&key, &rendition, body).await
                });
        match try_join_all(puts).await {
            Ok(_) => Ok(()),
            Err(PutObjectError::Fault(fault)) => Err(fault),
            Err(error @ PutObjectError::AlreadyExists) => Err(Fault::broken(
                "objects",
                "a key that was never used is taken",
                error,
            )),
        }
    }
}

/// What is asked for under the key: this picture, for this person.
fn fingerprinted(request: &Request, pending: &PendingImage) -> Option<Claim> {
    let claim = request.idempotency.clone()?;
    let taken_at = pending
        .taken_at
        .map(|at| at.to_string())
        .unwrap_or_default();
    let condensed = format!(
        "{} {} {} {taken_at}",
        claim.fingerprint.as_str(),
        pending.user,
        pending.source
    );
    Some(Claim {
        fingerprint: Fingerprint::new(condensed),
        ..claim
    })
}

impl From<Denied> for AddImageError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Forbidden(forbidden) => Self::Forbidden(forbidden),
            Denied::Missing => Self::Missing,
            Denied::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ReceiveError> for AddImageError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::TooLarge { cap } => Self::FileTooLarge { cap },
            ReceiveError::Interrupted(source) => Self::Interrupted(source),
            ReceiveError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ProcessImageError> for AddImageError {
    fn from(error: ProcessImageError) -> Self {
        match error {
            ProcessImageError::Unsupported => Self::Unsupported,
            ProcessImageError::TooLarge { width, height } => {
                Self::PictureTooLarge { width, height }
            }
            ProcessImageError::Corrupt(source) => Self::Corrupt(source),
            ProcessImageError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ReserveImageError> for AddImageError {
    fn from(error: ReserveImageError) -> Self {
        match error {
            ReserveImageError::NoSuchUser => Self::Missing,
            ReserveImageError::QuotaExceeded { used, limit } => Self::QuotaExceeded { used, limit },
            ReserveImageError::UploadInFlight => Self::UploadInFlight,
            ReserveImageError::Claim(claim) => Self::Claim(claim),
            ReserveImageError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<PublishImageError> for AddImageError {
    fn from(error: PublishImageError) -> Self {
        match error {
            PublishImageError::Expired => Self::Expired,
            PublishImageError::Fault(fault) => Self::Fault(fault),
        }
    }
}

#[cfg(test)]
#[path = "add_tests.rs"]
mod tests;
