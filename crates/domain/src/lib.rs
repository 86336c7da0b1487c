//! What is true in Muster, whoever asks and wherever it is stored: values that cannot be wrong,
//! entities and the rules between them.
//!
//! Nothing here waits, reads a clock, opens a file or knows a wire format. A rule that needs one of
//! those is two rules, and only one of them lives here.
#![warn(missing_docs)]

pub mod accounts;
pub mod actors;
pub mod audit;
pub mod digest;
pub mod erasures;
pub mod events;
pub mod facts;
pub mod ids;
pub mod limits;
pub mod pii;
pub mod seals;
pub mod signing_keys;
pub mod text;
pub mod version;

pub use digest::Digest;
pub use pii::Pii;
pub use version::Version;
