//! How often something may be done: rates, the buckets they are counted in, and the arithmetic that
//! decides, so that every adapter that counts decides the same.

mod bucket;
mod gcra;
mod rate;
mod source;
mod verdict;

pub use bucket::{Bucket, Scope};
pub use gcra::{Arrival, Asked};
pub use rate::{Rate, RateError};
pub use source::Source;
pub use verdict::{Admission, Verdict};
