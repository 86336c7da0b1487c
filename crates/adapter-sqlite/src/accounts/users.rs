//! The staff directory.

mod add;
mod list;
mod rows;
mod save;

pub use add::insert;
pub use rows::{find, living};
pub use save::save;

use crate::schema::users;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{QueryDsl, RunQueryDsl, SqliteConnection};
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::sync::Arc;

/// [`UserRepository`] on SQLite.
#[derive(Clone)]
pub struct SqliteUsers {
    database: Database,
}

impl SqliteUsers {
    /// The people in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl UserRepository for SqliteUsers {
    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError> {
        let (user, commit) = (user.clone(), commit.clone());
        self.database
            .write(move |connection| add::one(connection, &user, &commit))
            .await
    }

    async fn add_all(
        &self,
        users: &[User],
        mode: BatchMode,
        commit: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError> {
        let (users, commit) = (users.to_vec(), commit.clone());
        self.database
            .write(move |connection| add::all(connection, &users, mode, &commit))
            .await
    }

    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.database
            .read(move |connection| Ok(find(connection, id)?.map(Arc::new)))
            .await
    }

    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError> {
        let (user, commit) = (user.clone(), commit.clone());
        self.database
            .write(move |connection| save(connection, &user, seen, &commit))
            .await
    }

    async fn list(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<User>, Fault> {
        let filter = filter.clone();
        self.database
            .read(move |connection| list::list(connection, &filter, after.as_ref(), limit))
            .await
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        self.database.read(is_empty).await
    }
}

/// Whether nobody was ever entered.
pub fn is_empty(connection: &mut SqliteConnection) -> Result<bool, Fault> {
    diesel::select(diesel::dsl::exists(users::table.select(users::row_id)))
        .get_result::<bool>(connection)
        .map(|somebody| !somebody)
        .map_err(fault::of("users"))
}
