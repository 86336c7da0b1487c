//! Objects in local files or an S3-like store, through `object_store`: the only crate that knows where
//! the bytes of pictures are.
//!
//! What `object_store` does well is left to it: in files staging, publishing by hard link (so that a
//! key is never written twice and a reader sees all or nothing) and flushing to the disk; for S3
//! signatures, checksums and conditional PUTs. What it hides is done here: the staged files that a
//! killed PUT leaves behind, durable deletion, a missing bucket that looks like a missing object. Its
//! own retries are off: whether something is tried again, a decorator decides.
#![warn(missing_docs)]

mod failure;
mod files;
mod listing;
mod reading;
mod removal;
mod s3;

pub use files::FileObjects;
pub use s3::{S3Objects, S3Terms, S3TermsError};
