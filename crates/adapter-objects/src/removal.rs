//! Deleting an object so that nothing of it is left, not even after a power failure.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Removes a file, the staged files of its PUTs, and the folders that are empty then, up to `root`;
/// the change is on the disk when this returns.
///
/// Pruning races with nobody: a folder that is not empty cannot be removed, and a PUT that lost its
/// folder makes it again.
pub fn remove(root: &Path, file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path == file || is_staged(file, &path) {
            unless_gone(fs::remove_file(&path))?;
        }
    }
    // Also when nothing was removed: an earlier attempt may have died between removal and this.
    flush(prune(root, folder))
}

/// `object_store` stages the PUTs of `key` as `key#1`, `key#2`, …
fn is_staged(file: &Path, path: &Path) -> bool {
    let names = file.file_name().zip(path.file_name());
    let names = names.and_then(|(file, path)| file.to_str().zip(path.to_str()));
    let number = names.and_then(|(file, path)| path.strip_prefix(file)?.strip_prefix('#'));
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Removes a folder and those above it as long as they are empty; gives the first that stays.
fn prune<'a>(root: &Path, folder: &'a Path) -> &'a Path {
    let mut staying = folder;
    while staying != root && fs::remove_dir(staying).is_ok() {
        match staying.parent() {
            Some(parent) => staying = parent,
            None => break,
        }
    }
    staying
}

/// Writes a folder's entries to the disk. One that another deletion pruned was flushed by that one.
fn flush(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(error) => unless_gone(Err(error)),
    }
}

fn unless_gone(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
