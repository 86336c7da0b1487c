//! `muster openapi`: the document without a server, for generators and for the checked-in copy.

use super::print;
use crate::Failure;
use std::process::ExitCode;

/// Prints the document as JSON with a line feed at its end.
pub(super) fn run() -> Result<ExitCode, Failure> {
    let document = http_api::openapi()
        .to_pretty_json()
        .map_err(|error| Failure::internal(&error))?;
    print(&format!("{document}\n"))
}
