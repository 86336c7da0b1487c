//! Names for new things.

use uuid::Uuid;

/// Makes ids that nobody else has.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Ids: Send + Sync {
    /// A new UUIDv7 (RFC 9562), later ones greater than earlier ones of the same process.
    fn next(&self) -> Uuid;
}
