//! What Muster does, one use case a file: one struct, one `run`, one error enum each, and the rule of
//! who may do it.
//!
//! A use case asks the ports and decides; it knows neither a status code nor a table. Its ports are
//! `Arc<dyn Port>` fields, so that a test gives it mocks and the binary gives it decorated adapters.
#![warn(missing_docs)]
// Errors carry the value they are about (an email, a person), so that callers can name it.
#![allow(clippy::result_large_err)]

pub mod accounts;
pub mod caller;
#[cfg(test)]
mod fixtures;
pub mod limits;
pub mod paging;
pub mod request;
pub mod seals;
pub mod signing_keys;
pub mod tidy;

pub use caller::{Caller, Forbidden};
pub use paging::{Page, PageTokens};
pub use request::Request;

/// What a keyed change came to, and the parts of a keyed request, for those who see no port.
pub use ports::{Claim, ClaimError, Committed, Fault, Fingerprint, IdempotencyKey};
