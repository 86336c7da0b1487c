//! The folder of the embedded default, which one process at a time may hold.

use crate::Failure;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// A data folder that this process holds until the value is dropped, or the process dies in whatever way.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Takes the folder of this database file, making it when it is not there.
    ///
    /// # Errors
    /// [`Failure`] with 69 when another process holds it, or it cannot be made.
    pub fn take(database: &Path) -> Result<Self, Failure> {
        let path = database
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
            .to_owned();
        let unusable = |error: std::io::Error| {
            Failure::unavailable(format!(
                "the data folder {} cannot be used: {error}",
                path.display()
            ))
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(unusable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("muster.lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::unavailable(format!(
                "the data folder {} is held by a running muster; stop it first or use another folder",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Where uploads are received: emptied first, since what a killed process left there is of no use.
    ///
    /// # Errors
    /// [`Failure`] when the folder cannot be made.
    pub fn spool(&self) -> Result<PathBuf, Failure> {
        let spool = self.path.join("uploads");
        match std::fs::remove_dir_all(&spool) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&spool)?;
        Ok(spool)
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::DataFolder;
    use crate::Kind;

    #[test]
    fn a_folder_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("data/muster.db");
        let held = DataFolder::take(&database).unwrap();
        let refused = DataFolder::take(&database).unwrap_err();
        assert_eq!(refused.kind, Kind::Unavailable);
        assert!(
            refused.message.contains("held by a running muster"),
            "{refused}"
        );
        drop(held);
        assert!(DataFolder::take(&database).is_ok());
    }

    #[test]
    fn what_a_killed_process_left_in_the_spool_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let held = DataFolder::take(&folder.path().join("muster.db")).unwrap();
        let spool = held.spool().unwrap();
        std::fs::write(spool.join("left"), b"over").unwrap();
        assert_eq!(std::fs::read_dir(held.spool().unwrap()).unwrap().count(), 0);
    }
}
