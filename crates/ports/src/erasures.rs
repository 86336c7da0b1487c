//! Keeping what became of people who are erased.

use crate::{Commit, Fault};
use async_trait::async_trait;
use domain::accounts::User;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::ErasureId;
use domain::{Digest, Version};
use jiff::Timestamp;

/// Why a person is not erased.
#[derive(Debug, thiserror::Error)]
pub enum BeginErasureError {
    /// There is no such person.
    #[error("there is no such person")]
    Missing,
    /// Somebody else changed the person first.
    #[error("the person is at version {} by now", .0.number())]
    Outdated(Version),
    /// Nobody would be left who can administer the installation.
    #[error("the last active admin must stay one")]
    LastAdmin,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Keeps [`Erasure`]s, for good. Every adapter passes `testkit::erasure_repository_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ErasureRepository: Send + Sync {
    /// Begins to erase a person, in one transaction: replaces their row by `blank`, which has the version after `seen`,
    /// as [`UserRepository::save`](crate::accounts::UserRepository::save) does, with the same rule of the last admin;
    /// ends their sessions; makes every photo unreadable (`ready → deleting` with its event, `pending → aborted`); keeps the
    /// pseudonym of whom others knew them as, `subject`, for
    /// [`SubjectIndex::is_spent`](crate::accounts::SubjectIndex::is_spent); and stores the erasure. A person who is being erased or is erased has an erasure already: that one is answered, and
    /// nothing is stored.
    ///
    /// # Errors
    /// [`BeginErasureError`]; nothing is stored then.
    async fn begin(
        &self,
        id: ErasureId,
        blank: &User,
        seen: Version,
        subject: Option<Digest>,
        commit: &Commit,
    ) -> Result<Erasure, BeginErasureError>;

    /// Looks an erasure up.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn find(&self, id: ErasureId) -> Result<Option<Erasure>, Fault>;

    /// Lists up to `limit` erasures that are not finished, the oldest first.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn unfinished(&self, limit: u32) -> Result<Vec<Erasure>, Fault>;

    /// Keeps what a part has answered, in place of an earlier answer of the same part. A finished erasure stays as it is.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be written.
    async fn answer(&self, id: ErasureId, answer: &PartAnswer) -> Result<(), Fault>;

    /// Says that every part has answered. One that is finished stays as it is.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be written.
    async fn finish(&self, id: ErasureId, at: Timestamp) -> Result<(), Fault>;
}
