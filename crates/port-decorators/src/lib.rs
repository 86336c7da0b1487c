//! Ports around ports: what makes an adapter faster or kinder without its knowing.
#![warn(missing_docs)]

pub mod caching;
pub mod guarded;
pub mod limits;
pub mod timed;
#[cfg(debug_assertions)]
pub mod tripwire;

pub use caching::{
    CachedApiKeys, CachedErasures, CachedImages, CachedUsers, LayeredUserCache, Lookup, NearLookup,
    UserEntries,
};
pub use guarded::Guarded;
pub use limits::{BatchedRateLimiter, FallbackRateLimiter, KnownReplicas};
pub use timed::TimedObjects;
