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
