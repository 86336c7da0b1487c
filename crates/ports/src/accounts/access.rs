//! What every process has to know at once of who may no longer do what.

use crate::Fault;
use async_trait::async_trait;
use core::time::Duration;
use domain::Version;
use domain::ids::{KeyId, SessionId, UserId};

/// Something about somebody's access that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessChange {
    /// A session has ended.
    Session(SessionId),
    /// A person's row has been written and has this version or a later one.
    User(UserId, Version),
    /// A key has been revoked.
    Key(KeyId),
}

/// Tells what was changed by any process. Rows are written in the transaction of the change, by whoever makes it.
/// Every adapter passes `testkit::access_changes_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AccessChanges: Send + Sync {
    /// What was written within the last so long, by the database's own clock. A change is told from its COMMIT
    /// on, which may be some seconds after it was written: whoever asks again and again asks for more than the
    /// time since.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn within(&self, last: Duration) -> Result<Vec<AccessChange>, Fault>;

    /// Forgets what was written longer ago; answers how many.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be written.
    async fn forget_older(&self, than: Duration) -> Result<u64, Fault>;
}

/// What this process has heard of changed access: what it may not take from a cache any more, and which tokens
/// are no good though they were signed.
///
/// It hears by [`AccessChanges`], again and again, and of its own writes at once. An adapter keeps what it has
/// heard for as long as any access token or cached entry lives.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AccessView: Send + Sync {
    /// Hears of changes, in any order and however often.
    fn note(&self, changes: &[AccessChange]);

    /// Everything that was written before `asked` has been noted.
    fn caught_up(&self, asked: tokio::time::Instant);

    /// Whether it has caught up within the last 5 seconds. If not, only the database knows.
    fn is_current(&self) -> bool;

    /// The version that a person's row has at least, if it was written lately.
    fn least_version(&self, user: UserId) -> Option<Version>;

    /// Whether this session has ended.
    fn has_ended(&self, session: SessionId) -> bool;

    /// Whether this key has been revoked.
    fn is_revoked(&self, key: KeyId) -> bool;
}
