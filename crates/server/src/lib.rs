//! Muster as one program: the table that wires ports to adapters, and the commands.
//!
//! A library so that tests and benchmarks can start the very same thing in their own process.
#![allow(clippy::result_large_err)]

mod allocator;
mod bench;
pub mod bridges;
pub mod cli;
pub mod commands;
pub mod data_folder;
pub mod exit;
pub mod jobs;
pub mod machine;
pub mod premises;
pub mod seed;
pub mod serving;
#[cfg(debug_assertions)]
mod under_test;
mod wire;
pub mod wiring;

pub use exit::{Failure, Kind};

use cli::Cli;
use std::process::ExitCode;

/// Carries a command out and says how it went.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match commands::run(cli) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("muster: {failure}");
            failure.kind.code()
        }
    }
}
