//! What several processes share in Redis: the cache of people, the news about them, rate limits, and how many
//! processes there are.
//!
//! [`Redis`] owns the connections; each port has its own small struct around a clone of it. Nothing here
//! is the truth: whatever Redis forgets is read from the database again, or forgiven.
#![warn(missing_docs)]

pub mod accounts;
mod address;
mod connector;
mod draws;
mod fault;
mod limits;
mod redis;
mod replicas;

pub use accounts::{RedisUserCache, RedisUserNews};
pub use address::AddressError;
pub use limits::RedisRateLimiter;
pub use redis::{Connections, Limits, Redis};
pub use replicas::RedisReplicas;
