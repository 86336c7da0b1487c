//! Sealing the audit trail, and showing that nobody has changed it since.

mod measure_lag;
mod seal_trail;
mod verify_trail;

pub use measure_lag::MeasureSealLag;
pub use seal_trail::{SealTrail, Sealed};
pub use verify_trail::{Verified, VerifyTrail, VerifyTrailError};

/// Rows are read so many at a time, however many a seal stands for.
const PAGE: u32 = 1_000;
