//! Keeping signed-in devices.

use super::PasswordHash;
use crate::{Commit, Fault};
use async_trait::async_trait;
use domain::accounts::Session;
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum OpenSessionError {
    /// There is no such person, or they may not sign in.
    #[error("the person may not sign in")]
    NotActive,
    /// The password is another than the one that was checked.
    #[error("the password has been replaced")]
    Replaced,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a refresh token gets no successor.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The session is unknown or over, or its person may not sign in.
    #[error("the session is over")]
    Over,
    /// The token had been replaced, so that its session has been ended just now.
    #[error("the token had been replaced")]
    Reused,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Which of a person's devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Devices {
    /// This one.
    One(SessionId),
    /// All.
    All,
    /// All but this one.
    AllBut(SessionId),
}

/// Keeps [`Session`]s. Every adapter passes `testkit::session_repository_contract!`.
///
/// Whatever ends a session leaves an [`AccessChange::Session`](super::AccessChange) in the same transaction.
/// A person who is not active has no sessions: whoever saves such a person ends them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// Keeps a new session of an active person, and ends those beyond [`Session::MOST`]. The password by which they
    /// were recognised is still theirs, so that whoever replaces one signs everybody out who is on the way in.
    ///
    /// # Errors
    /// [`OpenSessionError::NotActive`] for a person who is not there or not active, and
    /// [`OpenSessionError::Replaced`] when `checked` is not their password any more.
    async fn open(
        &self,
        session: &Session,
        checked: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), OpenSessionError>;

    /// Judges a refresh token by [`Session::presented`] at `commit.at`, one at a time for each session: the living
    /// one is replaced, one that was just replaced gets the same successor. A token that was reused ends its
    /// session, which is when the trail gets an entry (`session.reused`); `commit.audit` is not looked at.
    ///
    /// # Errors
    /// [`RotateError`] when there is no successor.
    async fn rotate(
        &self,
        id: SessionId,
        generation: u32,
        commit: &Commit,
    ) -> Result<Session, RotateError>;

    /// The session, also when it has expired and nobody has forgotten it yet.
    ///
    /// # Errors
    /// [`Fault`] when the row cannot be read.
    async fn find(&self, id: SessionId) -> Result<Option<Session>, Fault>;

    /// A person's sessions that are not over at `at`, the last used first.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn of_user(&self, user: UserId, at: Timestamp) -> Result<Vec<Session>, Fault>;

    /// Ends sessions of this person and answers which. The records of the commit are stored when there was any.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn end(
        &self,
        user: UserId,
        devices: Devices,
        commit: &Commit,
    ) -> Result<Vec<SessionId>, Fault>;

    /// Forgets what is over at `at`; answers how many.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn forget_expired(&self, at: Timestamp) -> Result<u64, Fault>;
}
