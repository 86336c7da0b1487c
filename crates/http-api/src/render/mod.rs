//! Turns what use cases answer into responses: status, ETag, Location and pages, each in one place.

mod accepted;
mod created;
mod page;
mod range;
mod versioned;

pub use accepted::Accepted;
pub use created::Created;
pub use page::PageView;
pub use range::{Requested, requested};
pub use versioned::Versioned;

use actix_web::http::header::{HeaderName, HeaderValue};
use domain::Version;

/// Says that the answer is the one given before under the same key.
pub(crate) const REPLAYED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("idempotency-replayed"),
    HeaderValue::from_static("true"),
);

/// The strong entity tag of a row.
#[must_use]
pub fn etag(version: Version) -> String {
    format!("\"{}\"", version.number())
}

/// An instant as the API shows it.
#[must_use]
pub fn instant(at: jiff::Timestamp) -> String {
    at.to_string()
}
