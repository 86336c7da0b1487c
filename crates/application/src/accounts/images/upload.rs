//! An upload as it arrives: bytes, and somewhere among them what the uploader says about them.

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use jiff::Timestamp;
use ports::BoxError;
use ports::accounts::UploadBody;
use std::sync::{Arc, Mutex, PoisonError};

/// A piece of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadPart {
    /// Bytes of the picture.
    Bytes(Bytes),
    /// When it was taken. Forms may send this before or after the picture.
    TakenAt(Timestamp),
}

/// An upload that has not been read yet. An error ends it and comes back as the upload's failure.
pub type Upload = BoxStream<'static, Result<UploadPart, BoxError>>;

/// What stood beside the bytes, readable once they have been received.
#[derive(Clone, Default)]
pub(super) struct Beside(Arc<Mutex<Option<Timestamp>>>);

impl Beside {
    /// When the picture was taken, as far as the upload has said so.
    pub(super) fn taken_at(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }
}

/// Takes the bytes out of an upload and keeps what stands beside them.
pub(super) fn split(upload: Upload) -> (UploadBody, Beside) {
    let beside = Beside::default();
    let keeper = beside.clone();
    let body = upload.filter_map(move |part| {
        let bytes = match part {
            Ok(UploadPart::Bytes(bytes)) => Some(Ok(bytes)),
            Ok(UploadPart::TakenAt(at)) => {
                keeper.keep(at);
                None
            }
            Err(error) => Some(Err(error)),
        };
        futures::future::ready(bytes)
    });
    (body.boxed(), beside)
}
