//! The object port over a folder of this machine.

use crate::{failure, listing, reading, removal};
use async_trait::async_trait;
use bytes::Bytes;
use core::ops::Range;
use domain::accounts::images::{ObjectKey, Rendition};
use domain::ids::UserId;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{
    Error, GetOptions, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
};
use ports::Fault;
use ports::accounts::{ObjectRead, ObjectStore, PutObjectError, StoredObject};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// How often a PUT is tried whose folder was pruned by a deletion between its making and its use.
const ATTEMPTS: u32 = 4;
/// What [`FileObjects::probe`] writes; outside of the pictures.
const PROBE: &str = ".probe";

/// Keeps objects in files below a root folder.
#[derive(Debug)]
pub struct FileObjects {
    store: LocalFileSystem,
    root: PathBuf,
}

impl FileObjects {
    /// Uses a root folder; one that is not there is made, for this user's eyes only.
    ///
    /// # Errors
    /// Whatever keeps the folder from being made or found.
    pub fn new(root: impl AsRef<Path>) -> io::Result<Self> {
        make_private(root.as_ref())?;
        let root = root.as_ref().canonicalize()?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(io::Error::other)?;
        Ok(Self {
            store: store.with_fsync(true),
            root,
        })
    }

    /// Whether objects can be stored right now: writes a byte to the disk and removes it.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when not.
    pub async fn probe(&self) -> Result<(), Fault> {
        let file = self.root.join(PROBE);
        let written = spawn_blocking(move || write_probe(&file)).await;
        written.map_err(failure::of_task)?.map_err(failure::of_io)
    }

    fn file(&self, key: &ObjectKey) -> PathBuf {
        self.root.join(key.as_str())
    }

    async fn put_once(&self, path: &StorePath, body: Bytes) -> Result<(), Error> {
        let create = PutOptions::from(PutMode::Create);
        let put = self.store.put_opts(path, PutPayload::from(body), create);
        put.await.map(|_| ())
    }
}

#[async_trait]
impl ObjectStore for FileObjects {
    async fn put(
        &self,
        key: &ObjectKey,
        _rendition: &Rendition,
        body: Bytes,
    ) -> Result<(), PutObjectError> {
        let path = path(key)?;
        let mut attempt = 1;
        loop {
            match self.put_once(&path, body.clone()).await {
                Ok(()) => return Ok(()),
                Err(Error::AlreadyExists { .. }) => return Err(PutObjectError::AlreadyExists),
                Err(error) if attempt < ATTEMPTS && lost_its_folder(&error) => attempt += 1,
                Err(error) => return Err(failure::of_store(error).into()),
            }
        }
    }

    async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<ObjectRead>, Fault> {
        match self
            .store
            .get_opts(&path(key)?, GetOptions::default())
            .await
        {
            Ok(found) => Ok(Some(reading::read(found, range))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failure::of_store(error)),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), Fault> {
        let (root, file) = (self.root.clone(), self.file(key));
        let removed = spawn_blocking(move || removal::remove(&root, &file)).await;
        removed.map_err(failure::of_task)?.map_err(failure::of_io)
    }

    async fn exists(&self, key: &ObjectKey) -> Result<bool, Fault> {
        match self.store.head(&path(key)?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failure::of_store(error)),
        }
    }

    fn list(&self, whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
        listing::walk(self.root.clone(), &ObjectKey::folder(whose))
    }
}

fn path(key: &ObjectKey) -> Result<StorePath, Fault> {
    let parsed = StorePath::parse(key.as_str());
    parsed.map_err(|error| Fault::broken("objects", "the path of an object", error))
}

fn make_private(root: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(root)
}

fn write_probe(file: &Path) -> io::Result<()> {
    let mut probe = std::fs::File::create(file)?;
    probe.write_all(b"?")?;
    match std::fs::remove_file(file) {
        // Another process probes the same folder.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Whether somewhere below a failure stands "not found": a deletion pruned the folder meanwhile.
/// Trying again cannot replace anything, and a key is never deleted while it may still be stored.
fn lost_its_folder(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return true;
        }
        cause = error.source();
    }
    false
}
