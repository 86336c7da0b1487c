//! Rate limits that hold when what all processes share is lost: each then counts alone, for its share.

mod batches;
mod fallback;
mod known;

pub use batches::BatchedRateLimiter;
pub use fallback::FallbackRateLimiter;
pub use known::KnownReplicas;
