//! People by the name that others know them by.

use crate::schema::{erased_subjects, users};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::dsl::{exists, sql};
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::Digest;
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

    async fn is_spent(&self, subject: &ExternalSubject, pseudonym: Digest) -> Result<bool, Fault> {
        let subject = subject.reveal().to_owned();
        let is_spent = move |connection: &mut SqliteConnection| {
            let deleted = users::table
                // Literal text, as it stands in the partial index `users_external_subject_deleted`.
                .filter(sql::<Bool>("status = 'deleted'"))
                .filter(users::external_subject.eq(subject));
            let erased = erased_subjects::table
                .filter(erased_subjects::subject.eq(pseudonym.as_bytes().as_slice()));
            let deleted: bool = diesel::select(exists(deleted.select(users::row_id)))
                .get_result(connection)
                .map_err(fault::of("users"))?;
            let erased: bool = diesel::select(exists(erased.select(erased_subjects::user_id)))
                .get_result(connection)
                .map_err(fault::of("erased_subjects"))?;
            Ok(deleted || erased)
        };
        self.database.read(is_spent).await
    }
}
