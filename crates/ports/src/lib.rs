//! What the domain needs from the world, as traits in the domain's own words.
//!
//! A port is a duty, not a technology. Each is small, `dyn`-safe and says in `# Errors` what its
//! caller can act on; everything else is a [`Fault`]. Each adapter of a port passes the contract suite
//! that `testkit` holds for it, and with the feature `mocks` each port has a mock for unit tests.
//!
//! The recipe for a new port: write the trait with its duty, put `#[cfg_attr(feature = "mocks",
//! mockall::automock)]` above `#[async_trait]`, give it its own error enum that ends in `Fault`, write
//! its contract suite, and only then the first adapter.
#![warn(missing_docs)]
// Errors carry the value they are about (an email, a person), so that callers can name it.
#![allow(clippy::result_large_err)]

pub mod accounts;
pub mod clock;
pub mod commit;
pub mod digests;
pub mod erasures;
pub mod fault;
pub mod ids;
pub mod keys;
pub mod leases;
pub mod limits;
pub mod outbox;
pub mod personal_data;
pub mod pseudonyms;
pub mod replicas;
pub mod schema;
pub mod sealing;
pub mod seals;
pub mod signing_keys;

pub use clock::Clock;
pub use commit::{Claim, ClaimError, Commit, Committed, Fingerprint, IdempotencyKey};
pub use fault::{BoxError, Fault};
pub use ids::Ids;

#[cfg(feature = "mocks")]
pub use clock::MockClock;
#[cfg(feature = "mocks")]
pub use ids::MockIds;
