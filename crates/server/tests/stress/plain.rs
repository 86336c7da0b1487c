//! The cache that everybody writes first: SET after commit, SET after a miss. It keeps versions only, which
//! is all the test looks at, and it is here to be caught.

use super::wire::Wire;
use async_trait::async_trait;
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::sync::{Arc, Mutex};

/// People through such a cache.
pub struct Plain {
    inner: Arc<dyn UserRepository>,
    wire: Mutex<Wire>,
}

impl Plain {
    pub fn new(inner: Arc<dyn UserRepository>, redis: &str) -> Self {
        Self {
            inner,
            wire: Mutex::new(Wire::to(redis)),
        }
    }

    /// The version it remembers of a person.
    pub fn known(&self, id: UserId) -> Option<u32> {
        let known = self.wire.lock().unwrap().get(&format!("plain:{id}"));
        known.map(|version| version.parse().unwrap())
    }

    fn set(&self, id: UserId, version: Version) {
        let version = version.number().to_string();
        self.wire
            .lock()
            .unwrap()
            .set(&format!("plain:{id}"), &version);
    }
}

#[async_trait]
impl UserRepository for Plain {
    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        let known = self.known(id);
        let found = self.inner.find(id).await?;
        if let (None, Some(user)) = (known, &found) {
            self.set(id, user.version);
        }
        Ok(found)
    }

    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError> {
        self.inner.save(user, seen, commit).await?;
        self.set(user.id, user.version);
        Ok(())
    }

    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError> {
        self.inner.add(user, commit).await
    }

    async fn add_all(
        &self,
        users: &[User],
        mode: BatchMode,
        commit: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError> {
        self.inner.add_all(users, mode, commit).await
    }

    async fn list(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<User>, Fault> {
        self.inner.list(filter, after, limit).await
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        self.inner.is_empty().await
    }
}
