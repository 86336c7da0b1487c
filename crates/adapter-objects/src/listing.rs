//! Everything below the folder of pictures, also what `object_store` hides: staged files of killed PUTs.

use crate::failure;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use ports::Fault;
use ports::accounts::StoredObject;
use std::fs::{self, DirEntry, ReadDir};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// Objects that are looked up at one go in the blocking pool.
const BATCH: usize = 512;

/// Walks a folder below the root; what comes or goes meanwhile may or may not be seen.
pub fn walk(root: PathBuf, folder: &str) -> BoxStream<'static, Result<StoredObject, Fault>> {
    let start = Walk {
        open: Vec::new(),
        next: vec![root.join(folder)],
        root,
    };
    stream::try_unfold(start, |mut walk| async move {
        let batch = spawn_blocking(move || {
            let batch: Vec<_> = walk.by_ref().take(BATCH).collect();
            (batch, walk)
        });
        let (batch, walk) = batch.await.map_err(failure::of_task)?;
        Ok((!batch.is_empty()).then_some((batch, walk)))
    })
    .map_ok(|batch| stream::iter(batch).map(|found| found.map_err(failure::of_io)))
    .try_flatten()
    .boxed()
}

/// A walk through folders, depth first, without following links.
struct Walk {
    root: PathBuf,
    open: Vec<ReadDir>,
    next: Vec<PathBuf>,
}

impl Walk {
    /// The next entry of the innermost folder that has one.
    fn entry(&mut self) -> Option<io::Result<DirEntry>> {
        loop {
            if let Some(folder) = self.next.pop() {
                match fs::read_dir(folder) {
                    Ok(entries) => self.open.push(entries),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Some(Err(error)),
                }
            }
            match self.open.last_mut()?.next() {
                Some(entry) => return Some(entry),
                None => drop(self.open.pop()),
            }
        }
    }

    /// The object at an entry; a folder is remembered instead, and what is gone is passed over.
    fn object(&mut self, entry: &DirEntry) -> io::Result<Option<StoredObject>> {
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if metadata.is_dir() {
            self.next.push(entry.path());
            return Ok(None);
        }
        Ok(Some(StoredObject {
            key: key(&self.root, &entry.path()),
            size: metadata.len(),
        }))
    }
}

impl Iterator for Walk {
    type Item = io::Result<StoredObject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let object = match self.entry()? {
                Ok(entry) => self.object(&entry),
                Err(error) => Err(error),
            };
            if let Some(found) = object.transpose() {
                return Some(found);
            }
        }
    }
}

fn key(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let parts = inside.components();
    let parts: Vec<_> = parts
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
