//! A repository whose answers take their time on the way, so that others come in between.

use super::Dice;
use async_trait::async_trait;
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// Delays what was read and what was written by up to 4 ms, and one answer in four by up to 150 ms: long enough for
/// others to read, to write and to remember in between, which is what a cache must get right.
pub struct Slow<R>(pub R);

async fn dawdle() {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let mut dice = Dice::new(TURN.fetch_add(1, Ordering::Relaxed));
    let most = if dice.roll(4) == 0 { 150_000 } else { 4_000 };
    sleep(Duration::from_micros(dice.roll(most) as u64)).await;
}

#[async_trait]
impl<R: UserRepository> UserRepository for Slow<R> {
    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError> {
        self.0.add(user, commit).await
    }

    async fn add_all(
        &self,
        users: &[User],
        mode: BatchMode,
        commit: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError> {
        self.0.add_all(users, mode, commit).await
    }

    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        let found = self.0.find(id).await;
        dawdle().await;
        found
    }

    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError> {
        let saved = self.0.save(user, seen, commit).await;
        dawdle().await;
        saved
    }

    async fn list(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<User>, Fault> {
        self.0.list(filter, after, limit).await
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        self.0.is_empty().await
    }
}
