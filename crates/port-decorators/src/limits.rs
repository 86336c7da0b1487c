//! Rate limits that hold when what all processes share is lost: each then counts alone, for its share.

mod fallback;
mod known;

pub use fallback::FallbackRateLimiter;
pub use known::KnownReplicas;
