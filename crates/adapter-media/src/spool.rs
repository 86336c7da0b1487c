//! Uploads on their way to disk: hashed as they arrive, cut off at the cap, gone when dropped.

use async_trait::async_trait;
use bytes::Bytes;
use domain::Digest;
use futures::StreamExt as _;
use ports::accounts::{ReceiveError, Spool, Spooled, SpooledFile, UploadBody};
use ports::{BoxError, Fault};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;

const PREFIX: &str = "upload-";
/// What a process that was killed left behind is swept by the next one once it is this old.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);
/// Bytes that are gathered before the blocking pool is troubled: 40 times for the largest upload.
const BATCH: usize = 256 * 1024;

/// Receives uploads into a folder.
#[derive(Debug)]
pub struct TempSpool {
    folder: PathBuf,
}

impl TempSpool {
    /// Uses a folder, made when it is not there, and sweeps what earlier processes left in it.
    ///
    /// # Errors
    /// Whatever keeps the folder from being made or read.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder)?;
        sweep(&folder)?;
        Ok(Self { folder })
    }
}

#[async_trait]
impl Spool for TempSpool {
    async fn receive(&self, mut body: UploadBody, cap: u64) -> Result<Spooled, ReceiveError> {
        let mut receiving = Receiving::start(self.folder.clone());
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(ReceiveError::Interrupted)?;
            receiving.bytes = receiving.bytes.saturating_add(chunk.len() as u64);
            if receiving.bytes > cap {
                return Err(ReceiveError::TooLarge { cap });
            }
            receiving.waiting += chunk.len();
            receiving.batch.push(chunk);
            if receiving.waiting >= BATCH {
                receiving = receiving.written().await?;
            }
        }
        Ok(receiving.written().await?.finish()?)
    }
}

/// An upload half way. The file is made with the first batch.
struct Receiving {
    folder: PathBuf,
    file: Option<NamedTempFile>,
    hasher: Sha256,
    bytes: u64,
    batch: Vec<Bytes>,
    waiting: usize,
}

impl Receiving {
    fn start(folder: PathBuf) -> Self {
        Self {
            folder,
            file: None,
            hasher: Sha256::new(),
            bytes: 0,
            batch: Vec::new(),
            waiting: 0,
        }
    }

    /// Writes and hashes the batch in the blocking pool: both take their time.
    async fn written(mut self) -> Result<Self, Fault> {
        let write = spawn_blocking(move || -> io::Result<Self> {
            let file = match self.file.take() {
                Some(file) => file,
                None => tempfile::Builder::new()
                    .prefix(PREFIX)
                    .tempfile_in(&self.folder)?,
            };
            for chunk in self.batch.drain(..) {
                self.hasher.update(&chunk);
                file.as_file().write_all(&chunk)?;
            }
            self.waiting = 0;
            self.file = Some(file);
            Ok(self)
        });
        let written = write.await.map_err(unavailable)?;
        written.map_err(unavailable)
    }

    fn finish(self) -> Result<Spooled, Fault> {
        let file = self
            .file
            .ok_or_else(|| unavailable("the file was not made"))?;
        Ok(Spooled {
            digest: Digest::new(self.hasher.finalize().into()),
            bytes: self.bytes,
            file: Box::new(Received(file.into_temp_path())),
        })
    }
}

/// A received file; the path removes it when dropped.
struct Received(tempfile::TempPath);

impl SpooledFile for Received {
    fn path(&self) -> &Path {
        &self.0
    }
}

fn unavailable(source: impl Into<BoxError>) -> Fault {
    Fault::unavailable("spool", source)
}

fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if ours && is_abandoned(&entry) {
            // Another process may sweep at the same time: whoever is second finds nothing.
            let _gone_already = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

fn is_abandoned(entry: &std::fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age > ABANDONED_AFTER)
}
