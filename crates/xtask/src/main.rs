//! The gates of this repository that cargo, clippy and cargo-deny do not have: one file a gate, one command each.
//!
//! A gate is a pure function from a small model to [`finding::Finding`]s, so its tests plant faults without running cargo.

mod code;
mod doors;
mod drivers;
mod finding;
mod jobs;
mod layers;
mod links;
mod model;
mod openapi;
mod rooms;
mod sizes;
mod tree;

use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str =
    "usage: cargo xtask <check-layers | check-sizes | check-links | openapi [--check]>";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the gate is satisfied.
fn run(words: &[&str]) -> anyhow::Result<bool> {
    let root = model::root()?;
    match words {
        ["check-layers"] => {
            let members = model::members()?;
            let mut findings = layers::check(&members);
            findings.extend(jobs::check(
                &members,
                &std::fs::read_to_string(root.join(jobs::WORKFLOW))?,
            ));
            findings.extend(rooms::check(&tree::rust_files(&root)?));
            Ok(finding::report("check-layers", &findings))
        }
        ["check-sizes"] => {
            let files = tree::rust_files(&root)?;
            sizes::long(&files)
                .iter()
                .for_each(|warning| println!("{warning}"));
            Ok(finding::report("check-sizes", &sizes::check(&files)))
        }
        ["check-links"] => {
            let findings = links::check(&tree::names(&root)?, &tree::markdown_files(&root)?);
            Ok(finding::report("check-links", &findings))
        }
        ["openapi"] => openapi::write(&root),
        ["openapi", "--check"] => openapi::check(&root),
        _ => bail!(USAGE),
    }
}
