//! The files of the repository as git sees them: what is tracked, and what would be, so that build output is never judged.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, ensure};
use cargo_metadata::camino::Utf8Path;

/// A text file with its path from the root of the repository.
#[derive(Debug, Clone)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// The paths of all files that are tracked or not ignored, and that exist.
pub fn names(root: &Utf8Path) -> anyhow::Result<BTreeSet<String>> {
    let listing = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .context("git could not be started")?;
    ensure!(
        listing.status.success(),
        "git ls-files failed: {}",
        String::from_utf8_lossy(&listing.stderr)
    );
    let listing = String::from_utf8(listing.stdout).context("a path is not UTF-8")?;
    let present = listing
        .split('\0')
        .filter(|path| !path.is_empty() && root.join(path).exists());
    Ok(present.map(str::to_owned).collect())
}

/// All Rust files.
pub fn rust_files(root: &Utf8Path) -> anyhow::Result<Vec<SourceFile>> {
    with_ending(root, ".rs")
}

/// All Markdown files.
pub fn markdown_files(root: &Utf8Path) -> anyhow::Result<Vec<SourceFile>> {
    with_ending(root, ".md")
}

fn with_ending(root: &Utf8Path, ending: &str) -> anyhow::Result<Vec<SourceFile>> {
    let read = |path: String| {
        let text = std::fs::read_to_string(root.join(&path))
            .with_context(|| format!("{path} cannot be read"))?;
        Ok(SourceFile { path, text })
    };
    names(root)?
        .into_iter()
        .filter(|path| path.ends_with(ending))
        .map(read)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_lists_this_very_file_and_no_build_output() {
        let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let names = names(&root).expect("git answers");
        assert!(names.contains("crates/xtask/src/tree.rs"));
        assert!(!names.iter().any(|name| name.starts_with("target/")));
    }
}
