//! The folder of a store, which goes with it; and if its process was killed, with the next store that starts.

use super::super::place::Place;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Locked for as long as the process lives, whatever ends it.
const ALIVE: &str = "alive";

/// A folder with nothing in it.
pub struct Root {
    store: PathBuf,
    _folder: TempDir,
    _alive: File,
}

impl Root {
    /// A new one beside those of other tests, which is where what was left behind is cleared away.
    pub fn new() -> Self {
        Self::below(&Place::of_this_user().make("s3").expect("there is room"))
    }

    fn below(stores: &Path) -> Self {
        sweep(stores);
        let folder = tempfile::tempdir_in(stores);
        let folder = folder.expect("there is room");
        // Locked before it has its name, or it might be swept before that.
        let alive = tempfile::NamedTempFile::new_in(stores).expect("there is room");
        alive.as_file().lock().expect("a file can be locked");
        let alive = alive.persist(folder.path().join(ALIVE));
        let alive = alive.expect("there is room");
        let store = folder.path().join("store");
        fs::create_dir(&store).expect("there is room");
        Self {
            store,
            _folder: folder,
            _alive: alive,
        }
    }

    pub fn path(&self) -> &Path {
        &self.store
    }
}

/// Removes the folders whose processes are gone.
fn sweep(stores: &Path) {
    let folders = fs::read_dir(stores).into_iter().flatten().flatten();
    for folder in folders {
        let alive = File::open(folder.path().join(ALIVE));
        if alive.is_ok_and(|alive| alive.try_lock().is_ok()) {
            // Another may be just as quick.
            let _gone = fs::remove_dir_all(folder.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIVE, Root};
    use std::fs;

    #[test]
    fn what_a_killed_process_left_is_cleared_away_and_nothing_else() {
        let stores = tempfile::tempdir().expect("there is room");
        let left = stores.path().join("left");
        fs::create_dir_all(left.join("store/bucket")).expect("there is room");
        fs::write(left.join(ALIVE), "").expect("there is room");
        let living = Root::below(stores.path());
        assert!(!left.exists());
        let other = Root::below(stores.path());
        assert!(living.path().is_dir() && other.path().is_dir());
        drop((living, other));
        assert_eq!(fs::read_dir(stores.path()).expect("is there").count(), 0);
    }
}
