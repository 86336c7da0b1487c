//! The staff directory.

mod add;
mod list;
mod rows;
mod save;

pub use add::insert;
pub use rows::{find, locked};
pub use save::save;

use crate::schema::users;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::QueryDsl;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::sync::Arc;

/// [`UserRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresUsers {
    database: Database,
}

impl PostgresUsers {
    /// The people in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl UserRepository for PostgresUsers {
    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError> {
        let (user, commit) = (user.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move { add::one(connection, &user, &commit).await })
            })
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
            .write(move |connection| {
                Box::pin(async move { add::all(connection, &users, mode, &commit).await })
            })
            .await
    }

    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.database
            .read(move |connection| {
                Box::pin(async move { Ok(find(connection, id).await?.map(Arc::new)) })
            })
            .await
    }

    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError> {
        let (user, commit) = (user.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move { save(connection, &user, seen, &commit).await })
            })
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
            .read(move |connection| {
                Box::pin(
                    async move { list::list(connection, &filter, after.as_ref(), limit).await },
                )
            })
            .await
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        self.database
            .read(|connection| Box::pin(is_empty(connection)))
            .await
    }
}

/// Whether nobody was ever entered.
pub async fn is_empty(connection: &mut AsyncPgConnection) -> Result<bool, Fault> {
    diesel::select(diesel::dsl::exists(users::table.select(users::id)))
        .get_result::<bool>(connection)
        .await
        .map(|somebody| !somebody)
        .map_err(fault::of("users"))
}
