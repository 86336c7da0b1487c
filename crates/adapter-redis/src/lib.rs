//! What several processes share in Redis: the cache of people, and the news about them.
//!
//! [`Redis`] owns the connections; each port has its own small struct around a clone of it. Nothing here
//! is the truth: whatever Redis forgets is read from the database again.
#![warn(missing_docs)]

pub mod accounts;
mod address;
mod connector;
mod draws;
mod fault;
mod redis;

pub use accounts::{RedisUserCache, RedisUserNews};
pub use address::AddressError;
pub use redis::{Connections, Limits, Redis};
