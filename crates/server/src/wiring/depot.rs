//! The place behind the object store: which it is, and what only the place itself can be asked.

use crate::Failure;
use adapter_objects::{FileObjects, S3Objects, S3Terms};
use platform::config::ObjectsUrl;
use ports::Fault;
use ports::accounts::ObjectStore;
use std::sync::Arc;

/// Where pictures are.
#[derive(Clone)]
pub enum Depot {
    /// A folder of this machine.
    Files(Arc<FileObjects>),
    /// A bucket of an S3-like store.
    S3(Arc<S3Objects>),
}

impl Depot {
    /// Opens the place of this address. A store is not asked for anything yet.
    ///
    /// # Errors
    /// [`Failure`] when the address or what the environment says of it cannot be used.
    pub fn open(url: &ObjectsUrl) -> Result<Self, Failure> {
        match url {
            ObjectsUrl::File(path) => Ok(Self::Files(Arc::new(FileObjects::new(path)?))),
            ObjectsUrl::S3(bucket) => {
                let terms = S3Terms::from_environment(&bucket.address, &bucket.environment);
                let terms = terms.map_err(|error| {
                    Failure::usage(crate::exit::chain_of("objects_url", &error))
                })?;
                Ok(Self::S3(Arc::new(S3Objects::new(&terms)?)))
            }
        }
    }

    /// The port.
    #[must_use]
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        match self {
            Self::Files(files) => files.clone(),
            Self::S3(bucket) => bucket.clone(),
        }
    }

    /// Whether objects can be stored right now.
    ///
    /// # Errors
    /// [`Fault`] when not.
    pub async fn probe(&self) -> Result<(), Fault> {
        match self {
            Self::Files(files) => files.probe().await,
            Self::S3(bucket) => bucket.probe().await,
        }
    }
}
