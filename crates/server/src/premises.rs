//! What a process needs of the machine it runs on: the data folder of the embedded default, which it
//! holds alone, and a place for uploads on their way.

use crate::Failure;
use crate::data_folder::DataFolder;
use platform::config::{DatabaseUrl, Settings};
use std::path::{Path, PathBuf};

/// The place a process works in, until the value is dropped.
#[derive(Debug)]
pub struct Premises {
    held: Option<DataFolder>,
}

/// Where uploads are received when no data folder is ours; what was left there is swept by age.
const SPOOL: &str = "muster-uploads";

impl Premises {
    /// Takes what these settings need.
    ///
    /// # Errors
    /// [`Failure`] with 69 when another process holds the data folder, or it cannot be made.
    pub fn take(settings: &Settings) -> Result<Self, Failure> {
        let held = match &settings.database_url {
            DatabaseUrl::Sqlite(path) => Some(DataFolder::take(path)?),
            DatabaseUrl::Postgres(_) => None,
        };
        Ok(Self { held })
    }

    /// Where uploads are received.
    ///
    /// # Errors
    /// [`Failure`] when the folder cannot be made.
    pub fn spool(&self) -> Result<PathBuf, Failure> {
        match &self.held {
            Some(folder) => folder.spool(),
            None => Ok(std::env::temp_dir().join(SPOOL)),
        }
    }

    /// The data folder, if there is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.held.as_ref().map(DataFolder::path)
    }
}
