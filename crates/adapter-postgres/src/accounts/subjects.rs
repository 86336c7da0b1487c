//! People by the name that others know them by.

use crate::written::Written;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::OptionalExtension;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl as _;
use domain::Digest;
use domain::accounts::ExternalSubject;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::SubjectIndex;
use uuid::Uuid;

/// [`SubjectIndex`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresSubjects {
    database: Database,
}

impl PostgresSubjects {
    /// The people in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl SubjectIndex for PostgresSubjects {
    async fn find(&self, subject: &ExternalSubject) -> Result<Option<UserId>, Fault> {
        let subject = subject.reveal().to_owned();
        let id: Option<Uuid> = self
            .database
            .read(move |connection| {
                Box::pin(async move {
                    let query = Written::<SqlUuid>::begin(
                        "SELECT id FROM users WHERE status <> 'deleted' AND external_subject = ",
                    )
                    .text(&subject);
                    let found = query.get_result(connection).await.optional();
                    found.map_err(fault::of("users"))
                })
            })
            .await?;
        Ok(id.map(UserId::new))
    }

    async fn is_spent(&self, subject: &ExternalSubject, pseudonym: Digest) -> Result<bool, Fault> {
        let subject = subject.reveal().to_owned();
        let is_spent = self.database.read(move |connection| {
            Box::pin(async move {
                let query = Written::<Bool>::begin(
                    "SELECT EXISTS (SELECT FROM users WHERE status = 'deleted' AND external_subject = ",
                )
                .text(&subject)
                .sql(") OR EXISTS (SELECT FROM erased_subjects WHERE subject = ANY(")
                .bytes(vec![pseudonym.as_bytes().to_vec()])
                .sql("))");
                let found = query.get_result(connection).await;
                found.map_err(fault::of("erased_subjects"))
            })
        });
        is_spent.await
    }
}
