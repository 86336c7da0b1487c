//! Turning uploaded bytes into pictures that are safe to serve.

use crate::Fault;
use async_trait::async_trait;
use bytes::Bytes;
use core::any::Any;
use core::fmt;
use domain::Digest;
use domain::accounts::images::Rendition;
use futures::stream::BoxStream;
use std::path::Path;

/// The bytes of an upload as they arrive.
pub type UploadBody = BoxStream<'static, Result<Bytes, crate::BoxError>>;

/// Why an upload could not be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is longer than the cap; the rest was not read.
    #[error("the upload has more than {cap} bytes")]
    TooLarge {
        /// Bytes allowed.
        cap: u64,
    },
    /// The sender stopped or broke its own framing.
    #[error("the upload ended early")]
    Interrupted(#[source] crate::BoxError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A file that goes away with its last owner.
pub trait SpooledFile: Send + Sync {
    /// Where the bytes are.
    fn path(&self) -> &Path;
}

/// An upload that has been received whole.
pub struct Spooled {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// How many bytes.
    pub bytes: u64,
    /// The bytes.
    pub file: Box<dyn SpooledFile>,
}

impl fmt::Debug for Spooled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Spooled")
            .field("digest", &self.digest)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// Receives uploads into temporary files.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Spool: Send + Sync {
    /// Writes the body to a temporary file, hashing as it goes, and stops at `cap` bytes.
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing of the upload is left then.
    async fn receive(&self, body: UploadBody, cap: u64) -> Result<Spooled, ReceiveError>;
}

/// Room to decode one picture; given back when dropped, wherever it was moved to.
pub struct DecodePermit(Box<dyn Any + Send + Sync>);

impl DecodePermit {
    /// Wraps whatever holds the room.
    pub fn new(room: impl Any + Send + Sync) -> Self {
        Self(Box::new(room))
    }

    /// What was wrapped.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Any + Send + Sync> {
        self.0
    }
}

impl fmt::Debug for DecodePermit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DecodePermit")
    }
}

/// There is no room to decode one more picture right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no room to decode another picture")]
pub struct DecodeBusy;

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProcessImageError {
    /// The bytes do not start as JPEG, PNG or WebP do.
    #[error("is neither JPEG, PNG nor WebP")]
    Unsupported,
    /// The header announces more pixels or a longer side than allowed, or decoding takes too much memory.
    #[error("is {width} x {height} pixels")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The bytes break the rules of their format or end early.
    #[error("cannot be decoded")]
    Corrupt(#[source] crate::BoxError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// One picture made of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What it is.
    pub rendition: Rendition,
    /// Its bytes.
    pub body: Bytes,
}

/// All pictures made of an upload, smallest first: one for each variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processed {
    /// The pictures.
    pub renditions: Vec<Rendered>,
}

/// Decodes, orients and re-encodes pictures. Nothing of the uploaded bytes but the pixels survives.
/// Every adapter passes `testkit::image_processor_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ImageProcessor: Send + Sync {
    /// Takes room for one picture, before its body is read.
    ///
    /// # Errors
    /// [`DecodeBusy`] when there is none.
    fn admit(&self) -> Result<DecodePermit, DecodeBusy>;

    /// Makes all variants of a received picture. The permit stays taken until the work has ended, also
    /// when the caller has gone.
    ///
    /// # Errors
    /// [`ProcessImageError`] says what is wrong with the picture.
    async fn process(
        &self,
        permit: DecodePermit,
        source: Spooled,
    ) -> Result<Processed, ProcessImageError>;
}
