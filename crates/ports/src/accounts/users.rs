//! Keeping people.

use crate::{ClaimError, Commit, Committed, Fault};
use async_trait::async_trait;
use domain::Version;
use domain::accounts::{Email, User, UserCursor, UserFilter};
use domain::ids::UserId;
use std::sync::Arc;

/// Why a person cannot be entered.
#[derive(Debug, thiserror::Error)]
pub enum AddUserError {
    /// Another person who is not deleted has this email, in some casing.
    #[error("the email is taken")]
    EmailTaken(Email),
    /// Another person who is not deleted has this external subject.
    #[error("the external subject is taken")]
    SubjectTaken,
    /// The idempotency key cannot be used.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Whether one refused row refuses the whole batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchMode {
    /// All or nothing.
    Atomic,
    /// Every row for itself.
    Partial,
}

/// Why one row of a batch is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The email belongs to somebody, or stands in an earlier row of the batch.
    EmailTaken,
    /// The external subject belongs to somebody, or stands in an earlier row of the batch.
    SubjectTaken,
}

/// What became of one row of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The person is in the directory under this id.
    Applied(UserId),
    /// The person was not entered.
    Refused(Refusal),
}

/// Why a batch cannot be entered.
#[derive(Debug, thiserror::Error)]
pub enum AddUsersError {
    /// An atomic batch has rows that cannot be entered: their places, from 0, and why. Nothing was entered.
    #[error("{} rows cannot be entered", .0.len())]
    Refused(Vec<(usize, Refusal)>),
    /// The idempotency key cannot be used.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a person cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum SaveUserError {
    /// There is no such person.
    #[error("there is no such person")]
    Missing,
    /// Somebody else changed the person first.
    #[error("the person is at version {} by now", .0.number())]
    Outdated(Version),
    /// Another person who is not deleted has this email, in some casing.
    #[error("the email is taken")]
    EmailTaken(Email),
    /// Another person who is not deleted has this external subject.
    #[error("the external subject is taken")]
    SubjectTaken,
    /// Nobody would be left who can administer the installation.
    #[error("the last active admin must stay one")]
    LastAdmin,
    /// The person is erased, or is being erased: they stay deleted.
    #[error("the person is erased")]
    Erased,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Keeps [`User`]s. Every adapter passes `testkit::user_repository_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// Enters a new person. A replay answers the person as they were entered then.
    ///
    /// # Errors
    /// [`AddUserError::EmailTaken`] when another living person has this email in any casing, and the
    /// other variants as they say.
    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError>;

    /// Enters many new people, in one transaction, with a verdict for each in the order given. Rows
    /// of one batch may be in each other's way: the earlier one wins.
    ///
    /// # Errors
    /// [`AddUsersError::Refused`] for an atomic batch that cannot be entered as a whole.
    async fn add_all(
        &self,
        users: &[User],
        mode: BatchMode,
        commit: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError>;

    /// Looks a person up, deleted ones too. Shared, since most who ask only look, and a cache gives
    /// the same to all of them.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault>;

    /// Replaces a person's row, but for the avatar, which only the image repository writes. `user`
    /// has the version after `seen`.
    ///
    /// # Errors
    /// [`SaveUserError::Outdated`] when the row is not at version `seen` any more, and the other
    /// variants as they say. Nothing is stored then.
    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError>;

    /// Lists up to `limit` people who meet the filter, in the order of [`UserCursor`], those after
    /// `after` only.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn list(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<User>, Fault>;

    /// Whether nobody was ever entered.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn is_empty(&self) -> Result<bool, Fault>;
}
