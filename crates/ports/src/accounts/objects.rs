//! Keeping the bytes of pictures.

use crate::{BoxError, Fault};
use async_trait::async_trait;
use bytes::Bytes;
use core::fmt;
use core::ops::Range;
use domain::accounts::images::{ObjectKey, Rendition};
use domain::ids::UserId;
use futures::stream::BoxStream;

/// Why an object could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum PutObjectError {
    /// There is an object under this key; it was left as it is.
    #[error("there is an object under this key")]
    AlreadyExists,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An object as it is read.
pub struct ObjectRead {
    /// Size of the whole object in bytes, however little of it was asked for.
    pub size: u64,
    /// The bytes asked for.
    pub body: BoxStream<'static, Result<Bytes, BoxError>>,
}

impl fmt::Debug for ObjectRead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ObjectRead")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// An object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its key as the store has it; not necessarily one of ours.
    pub key: String,
    /// Size in bytes.
    pub size: u64,
}

/// Keeps objects. Every adapter passes `testkit::object_store_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Stores a new object, durably, never replacing one; a reader sees all of it or nothing.
    ///
    /// # Errors
    /// [`PutObjectError::AlreadyExists`] when the key is taken.
    async fn put(
        &self,
        key: &ObjectKey,
        rendition: &Rendition,
        body: Bytes,
    ) -> Result<(), PutObjectError>;

    /// Reads an object, or the bytes `range` of it; `None` when there is none. A range beyond the end is
    /// cut at the end.
    ///
    /// # Errors
    /// [`Fault`] when the store cannot be read.
    async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<ObjectRead>, Fault>;

    /// Deletes an object and whatever a broken-off PUT left of it. An absent one is no error.
    ///
    /// # Errors
    /// [`Fault`] when it may still be there.
    async fn delete(&self, key: &ObjectKey) -> Result<(), Fault>;

    /// Whether there is an object under this key.
    ///
    /// # Errors
    /// [`Fault`] when the store cannot be read.
    async fn exists(&self, key: &ObjectKey) -> Result<bool, Fault>;

    /// Lists everything under the key prefix of pictures, also what is not ours; or only what is in the folder of one
    /// person.
    ///
    /// # Errors
    /// Each item may be a [`Fault`].
    fn list(&self, whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>>;
}
