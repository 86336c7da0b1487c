//! What can be remembered and counted within the process: the embedded default's other half.
#![warn(missing_docs)]

mod access;
mod lifetimes;
mod limits;
mod replicas;
mod users;

pub use access::MemoryAccessView;
pub use lifetimes::Lifetimes;
pub use limits::MemoryRateLimiter;
pub use replicas::Alone;
pub use users::MemoryUserCache;
