//! Where the servers of tests have their folders: in memory where the machine allows it, and one for each user.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Memory that is a folder. A database is cloned there in 10 to 20 ms, on a disk it took up to 360.
const MEMORY: &str = "/dev/shm";

/// How long a shared server outlives its last user at least, so that one run after another finds it. Twice that at most.
const GRACE: Duration = Duration::from_secs(20);

/// A folder for the servers of tests. Each server has a folder in it that goes away with the server.
#[derive(Debug, Clone)]
pub struct Place {
    folder: PathBuf,
    grace: Duration,
}

impl Place {
    /// The one that all tests of this user share.
    #[must_use]
    pub fn of_this_user() -> Self {
        let memory = Path::new(MEMORY);
        let above = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        Self::new(above.join(format!("muster-test-{}", this_user())), GRACE)
    }

    /// A place for tests of the servers themselves. `grace` is how long a shared server outlives its last user.
    #[must_use]
    pub fn new(folder: PathBuf, grace: Duration) -> Self {
        Self { folder, grace }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The same place, where servers go as soon as nobody uses them.
    pub(super) fn without_grace(&self) -> Self {
        Self::new(self.folder.clone(), Duration::ZERO)
    }

    /// In whole seconds, as a shell wants it.
    pub(super) fn grace(&self) -> u64 {
        self.grace.as_secs()
    }

    /// Makes the folder of one server, unless it is there. Others may pass through, because PostgreSQL refuses root
    /// and works as another user below it.
    pub(super) fn make(&self, name: &str) -> std::io::Result<PathBuf> {
        let folder = self.folder.join(name);
        for wanted in [&self.folder, &folder] {
            let other = wanted.is_file();
            assert!(
                !other,
                "{} has to be a folder: remove the file",
                wanted.display()
            );
        }
        fs::create_dir_all(&folder)?;
        for made in [&self.folder, &folder] {
            let owner = made.metadata()?.uid();
            assert!(
                owner == this_user(),
                "{} belongs to user {owner}: remove it, or run the tests as that user",
                made.display()
            );
            fs::set_permissions(made, fs::Permissions::from_mode(0o711))?;
        }
        Ok(folder)
    }
}

/// The number of the user whose files we make.
pub(super) fn this_user() -> u32 {
    let file = tempfile::tempfile().expect("there is room for a temporary file");
    file.metadata().expect("has an owner").uid()
}
