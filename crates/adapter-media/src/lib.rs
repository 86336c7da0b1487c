//! Receives uploads and turns them into pictures that are safe to serve: the only crate that sees hostile pixels.
//!
//! Each step trusts the one before it and nothing else: `spool` caps the bytes, `format` reads the
//! structure without decoding, `bounds` says how large is too large, `decode` fills a buffer of known
//! size, `colour` and `scale` work on pixels only, `encode` writes files that hold pixels only.
#![warn(missing_docs)]

mod bounds;
mod colour;
mod decode;
mod encode;
mod format;
pub mod portraits;
pub mod processor;
mod scale;
pub mod spool;
mod variants;

pub use processor::PictureProcessor;
pub use spool::TempSpool;
