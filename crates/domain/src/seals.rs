//! Seals over the audit trail: what a row and a seal are byte for byte, and what it means when they no longer fit.
//!
//! A seal stands for all rows of a range and for the seal before it, so nothing below the newest seal can change without a
//! seal that no longer fits. Who knows the newest seal from elsewhere knows the whole trail up to it
//! (`docs/adr/0020-audit-seals.md`).

mod breach;
mod row;
mod seal;

pub use breach::{Breach, Range};
pub use row::TrailRow;
pub use seal::{Folded, Seal};
