//! People, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::sync::Arc;

#[async_trait]
impl<P: UserRepository + ?Sized> UserRepository for Guarded<P> {
    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError> {
        self.write(|users| users.add(user, commit)).await
    }

    async fn add_all(
        &self,
        people: &[User],
        mode: BatchMode,
        commit: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError> {
        self.write(|users| users.add_all(people, mode, commit))
            .await
    }

    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.read(|users| users.find(id)).await
    }

    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError> {
        self.write(|users| users.save(user, seen, commit)).await
    }

    async fn list(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<User>, Fault> {
        self.read(|users| users.list(filter, after.clone(), limit))
            .await
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        self.read(|users| users.is_empty()).await
    }
}
