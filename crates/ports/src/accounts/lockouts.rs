//! Counting failed sign-ins, so that nobody guesses for long.

use crate::Fault;
use async_trait::async_trait;
use domain::Digest;
use domain::accounts::LockoutTerms;
use jiff::Timestamp;

/// Keeps a [`Lockout`](domain::accounts::Lockout) for each account and each source, under a keyed digest of
/// what it is ([`Pseudonyms`](crate::pseudonyms::Pseudonyms)), for all processes. Every adapter passes
/// `testkit::lockout_repository_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait LockoutRepository: Send + Sync {
    /// Until when nobody may try, if that is later than `at`. Counts nothing.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn look(&self, subject: &Digest, at: Timestamp) -> Result<Option<Timestamp>, Fault>;

    /// Counts a failure, one at a time for each subject: what nobody knows yet begins here. Answers until when
    /// it was locked *before*; then nothing is counted.
    ///
    /// Whoever counts an attempt before it is made, and [`LockoutRepository::clear`]s after a success, never lets
    /// more through than are allowed, however many come at once.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn charge(
        &self,
        subject: &Digest,
        terms: &LockoutTerms,
        at: Timestamp,
    ) -> Result<Option<Timestamp>, Fault>;

    /// Forgets all failures of this subject.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn clear(&self, subject: &Digest) -> Result<(), Fault>;

    /// Forgets what is so long ago at `at` that it does not matter; answers how many subjects.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn forget(&self, at: Timestamp) -> Result<u64, Fault>;
}
