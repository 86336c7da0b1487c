//! `muster config check|print`: what the settings are, where they come from, what should be known of them, and what is
//! doubtful.

use super::print;
use crate::Failure;
use crate::cli::Config;
use platform::config::Loaded;
use std::process::ExitCode;

/// Checks or prints. Faults have ended the command before; what `check` prints is doubtful, not wrong.
pub(super) fn run(action: Config, loaded: &Loaded) -> Result<ExitCode, Failure> {
    match action {
        Config::Print => print(&loaded.print()),
        Config::Check => {
            for note in loaded.notes() {
                eprintln!("note: {note}");
            }
            let doubts = loaded.check();
            for doubt in &doubts {
                eprintln!("warning: {doubt}");
            }
            eprintln!(
                "the configuration is usable, with {} warnings",
                doubts.len()
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}
