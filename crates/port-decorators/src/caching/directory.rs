//! A repository for tests whose reads can be held up between the look and the answer, and counted.

use async_trait::async_trait;
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Semaphore;

/// People in a map.
pub struct Directory {
    rows: Mutex<HashMap<UserId, User>>,
    reads: AtomicU32,
    /// A read takes one; a test that holds reads up takes all first.
    pub gate: Semaphore,
}

impl Directory {
    /// Somebody is there from the start.
    pub fn of(users: &[User]) -> Self {
        let rows = users.iter().map(|user| (user.id, user.clone())).collect();
        Self {
            rows: Mutex::new(rows),
            reads: AtomicU32::new(0),
            gate: Semaphore::new(1_000),
        }
    }

    /// How often somebody was looked up.
    pub fn reads(&self) -> u32 {
        self.reads.load(Ordering::SeqCst)
    }

    fn keep(&self, user: &User) {
        self.rows
            .lock()
            .expect("nobody panics")
            .insert(user.id, user.clone());
    }
}

#[async_trait]
impl UserRepository for Directory {
    async fn add(&self, user: &User, _: &Commit) -> Result<Committed<User>, AddUserError> {
        self.keep(user);
        Ok(Committed::Fresh(user.clone()))
    }

    async fn add_all(
        &self,
        users: &[User],
        _: BatchMode,
        _: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError> {
        users.iter().for_each(|user| self.keep(user));
        let added = users.iter().map(|user| Added::Applied(user.id));
        Ok(Committed::Fresh(added.collect()))
    }

    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = self
            .rows
            .lock()
            .expect("nobody panics")
            .get(&id)
            .cloned()
            .map(Arc::new);
        let _passed = self.gate.acquire().await.expect("stays open");
        Ok(found)
    }

    async fn save(&self, user: &User, _: Version, _: &Commit) -> Result<(), SaveUserError> {
        self.keep(user);
        Ok(())
    }

    async fn list(
        &self,
        _: &UserFilter,
        _: Option<UserCursor>,
        _: u32,
    ) -> Result<Vec<User>, Fault> {
        Ok(Vec::new())
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        Ok(false)
    }
}
