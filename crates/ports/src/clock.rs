//! What time it is.

use jiff::Timestamp;

/// Tells the time. Everything that stores or compares instants asks this and not the machine.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The present instant, cut to whole microseconds: what every database can keep.
    fn now(&self) -> Timestamp;
}
