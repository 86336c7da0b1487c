//! The shapes in which databases and caches keep what is not a row of its own: answers of keyed
//! requests, changed fields, principals; and how a cell is read without trusting it.
//!
//! Both databases keep the same texts, so that an installation that moves from one to the other takes
//! them along as they are (`docs/adr/0014`). Nothing here knows a driver.
// Nothing outside of adapters may see these shapes; what leaves them has been parsed.
#![allow(clippy::result_large_err)]
#![warn(missing_docs)]

pub mod access;
pub mod api_keys;
pub mod cells;
pub mod changes;
pub mod deliveries;
pub mod erasures;
pub mod lockouts;
pub mod people;
pub mod personal;
pub mod photos;
pub mod principals;
pub mod seals;
pub mod sessions;

pub use api_keys::StoredApiKey;
pub use cells::Cells;
pub use lockouts::StoredLockout;
pub use people::{StoredUser, StoredVerdict};
pub use photos::StoredAddedImage;
pub use sessions::StoredSession;

/// What a database is called in every fault.
pub const DATABASE: &str = "database";
