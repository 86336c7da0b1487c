//! The workspace as the layer gate sees it: few fields, so that a test writes one by hand and cargo is asked in one place.

use anyhow::Context;
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};

/// One crate of ours.
#[derive(Debug, Clone, Default)]
pub struct Member {
    pub name: String,
    /// The text of its `Cargo.toml`, for what cargo's metadata does not tell.
    pub manifest: String,
    pub uses: Vec<Use>,
}

/// One line of a dependency table.
#[derive(Debug, Clone)]
pub struct Use {
    pub name: String,
    pub dev: bool,
    pub optional: bool,
    /// Whether the crate lies in this workspace.
    pub ours: bool,
    pub features: Vec<String>,
    /// The version requirement, `*` for a path.
    pub version: String,
}

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> anyhow::Result<Utf8PathBuf> {
    Ok(metadata()?.workspace_root)
}

/// Every crate of the workspace.
pub fn members() -> anyhow::Result<Vec<Member>> {
    metadata()?.packages.iter().map(member).collect()
}

fn metadata() -> anyhow::Result<Metadata> {
    MetadataCommand::new()
        .no_deps()
        .exec()
        .context("cargo metadata failed")
}

fn member(package: &Package) -> anyhow::Result<Member> {
    let manifest = std::fs::read_to_string(&package.manifest_path)
        .with_context(|| format!("{} cannot be read", package.manifest_path))?;
    Ok(Member {
        name: package.name.to_string(),
        manifest,
        uses: package.dependencies.iter().map(a_use).collect(),
    })
}

fn a_use(dependency: &Dependency) -> Use {
    Use {
        name: dependency.name.clone(),
        dev: dependency.kind == DependencyKind::Development,
        optional: dependency.optional,
        ours: dependency.path.is_some(),
        features: dependency.features.clone(),
        version: dependency.req.to_string(),
    }
}
