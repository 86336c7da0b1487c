//! The binary `muster`: reads its command line and does what it says.

use server::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    server::run(Cli::parse_or_exit())
}
