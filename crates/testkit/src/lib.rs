//! What every test needs: builders that say only what matters, clocks that stand still, and the
//! contract suites that hold each port's promises over every adapter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

pub mod builders;
mod causes;
pub mod contracts;
pub mod encrypted;
pub mod parts;
pub mod pictures;
pub mod proxy;
pub mod repositories;
pub mod servers;
pub mod suite;
pub mod tables;
pub mod tampering;

pub use causes::told;
pub use repositories::Repositories;

// The macros of `suite` name these, so that a crate that runs a suite needs no dependency of its own.
#[doc(hidden)]
pub use tokio;
