//! What can be remembered within the process: the embedded default's other half.
#![warn(missing_docs)]

mod access;
mod lifetimes;
mod users;

pub use access::MemoryAccessView;
pub use lifetimes::Lifetimes;
pub use users::MemoryUserCache;
