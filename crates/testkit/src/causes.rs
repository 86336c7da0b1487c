//! An error and everything below it.

use std::error::Error;

/// All of it in one line, as a log shows it: `outer: middle: inner`.
#[must_use]
pub fn told(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}
