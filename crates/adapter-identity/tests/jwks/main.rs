//! Tokens of an outside issuer, which these tests run themselves: which are believed, which are not and
//! why not, and what happens when the issuer changes its keys or is not there.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/mod.rs"]
mod support;

mod absence;
mod encrypted;
mod floods;
mod good;
mod hostile;
mod hostile_claims;
mod hostile_headers;
mod hostile_signatures;
mod rotation;
