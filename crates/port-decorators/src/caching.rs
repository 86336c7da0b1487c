//! People through a cache: found there first, and never left there in an old version.
//!
//! Three repositories write people's rows (photos change the avatar, erasures blank the rest), so all are wrapped
//! and share one [`UserEntries`]. A cache that fails costs speed and nothing else. Where several processes share a
//! cache, [`LayeredUserCache`] remembers a few people before it.

mod api_keys;
#[cfg(test)]
mod directory;
mod entries;
mod erasures;
mod images;
mod layered;
mod near;
mod users;

pub use api_keys::CachedApiKeys;
pub use entries::{Lookup, UserEntries};
pub use erasures::CachedErasures;
pub use images::CachedImages;
pub use layered::{LayeredUserCache, NearLookup};
pub use users::CachedUsers;
