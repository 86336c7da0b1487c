//! Objects in local files through `object_store`: the only crate that knows where the bytes of pictures are.
//!
//! What `object_store` does well is left to it: staging, publishing by hard link (so that a key is
//! never written twice and a reader sees all or nothing) and flushing to the disk. What it hides is
//! done here: the staged files that a killed PUT leaves behind, and durable deletion.
#![warn(missing_docs)]

mod failure;
mod files;
mod listing;
mod reading;
mod removal;

pub use files::FileObjects;
