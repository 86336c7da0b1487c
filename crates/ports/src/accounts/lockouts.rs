//! Counting failed sign-ins and those that are being decided, so that nobody guesses for long.

use crate::Fault;
use async_trait::async_trait;
use domain::Digest;
use domain::accounts::{LockoutTerms, Outcome};
use jiff::Timestamp;

/// Whose attempts are counted: an account or a source, under a keyed digest of what it is
/// ([`Pseudonyms`](crate::pseudonyms::Pseudonyms)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The digest.
    pub subject: Digest,
    /// What it may do.
    pub terms: LockoutTerms,
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It holds a place with each whom it concerns, until it ends, and until this instant at most.
    Held(Timestamp),
    /// Not now: one of them is locked or has no place left. Come back then.
    Refused(Timestamp),
}

/// Keeps a [`Lockout`](domain::accounts::Lockout) for each account and each source, for all processes. Every adapter
/// passes `testkit::lockout_repository_contract!`.
///
/// Each call is one transaction, and those that concern the same subject come one after the other. No subject stands
/// twice in one call.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait LockoutRepository: Send + Sync {
    /// Begins an attempt: takes a place with all of these, or with none of them, and then nothing is written.
    /// However many come at once, no more hold a place than may fail.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn begin(&self, counted: &[Counted], at: Timestamp) -> Result<Begun, Fault>;

    /// Ends the attempt that holds its places until `held`, for each as its outcome says. A wrong one is counted
    /// whether or not it has kept its place.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn end(
        &self,
        ended: &[(Counted, Outcome)],
        held: Timestamp,
        at: Timestamp,
    ) -> Result<(), Fault>;

    /// Forgets what is held against these. Attempts that are being decided keep their places.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn clear(&self, counted: &[Counted], at: Timestamp) -> Result<(), Fault>;

    /// Forgets what is so long ago at `at` that it does not matter, of so many subjects at most, those before that
    /// were to be forgotten first; answers how many.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn forget(&self, at: Timestamp, limit: u32) -> Result<u64, Fault>;
}
