//! People by the name that others know them by.

use crate::schema::users;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use domain::accounts::{ExternalSubject, Status};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::SubjectIndex;
use stored::cells::{self, Cells};

/// [`SubjectIndex`] on SQLite.
#[derive(Clone)]
pub struct SqliteSubjects {
    database: Database,
}

impl SqliteSubjects {
    /// The people in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl SubjectIndex for SqliteSubjects {
    async fn find(&self, subject: &ExternalSubject) -> Result<Option<UserId>, Fault> {
        let subject = subject.reveal().to_owned();
        let row: Option<Vec<u8>> = self
            .database
            .read(move |connection| {
                users::table
                    .filter(users::external_subject.eq(subject))
                    .filter(users::status.ne(Status::Deleted.name()))
                    .select(users::id)
                    .first(connection)
                    .optional()
                    .map_err(fault::of("users"))
            })
            .await?;
        let read = row.map(|id| Cells::of("users", &cells::shown(&id)).id("id", &id));
        Ok(read.transpose()?.map(UserId::new))
    }
}
