//! People who are erased: begun in one transaction, with everything that must be so at once.

use super::{images, users};
use crate::instants::{micros, stamp};
use crate::schema::{erased_subjects, erasures};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::User;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::{ErasureId, UserId};
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::accounts::SaveUserError;
use ports::erasures::{BeginErasureError, ErasureRepository};
use ports::{Commit, Fault};
use stored::{Cells, erasures as answers, principals};
use uuid::Uuid;

/// [`ErasureRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresErasures {
    database: Database,
}

impl PostgresErasures {
    /// The erasures in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ErasureRepository for PostgresErasures {
    async fn begin(
        &self,
        id: ErasureId,
        blank: &User,
        seen: Version,
        subject: Option<Digest>,
        commit: &Commit,
    ) -> Result<Erasure, BeginErasureError> {
        let (blank, commit) = (blank.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move { begin(connection, id, &blank, seen, subject, &commit).await })
            })
            .await
    }

    async fn find(&self, id: ErasureId) -> Result<Option<Erasure>, Fault> {
        let read = self.database.read(move |connection| {
            Box::pin(async move {
                let row = erasures::table.find(id.uuid()).select(Row::as_select());
                let row: Option<Row> = row
                    .first(connection)
                    .await
                    .optional()
                    .map_err(fault::of("erasures"))?;
                row.map(Erasure::try_from).transpose()
            })
        });
        read.await
    }

    async fn unfinished(&self, limit: u32) -> Result<Vec<Erasure>, Fault> {
        let read = self.database.read(move |connection| {
            Box::pin(async move {
                let rows: Vec<Row> = erasures::table
                    .filter(erasures::finished_at.is_null())
                    .order((erasures::requested_at, erasures::id))
                    .limit(i64::from(limit))
                    .select(Row::as_select())
                    .load(connection)
                    .await
                    .map_err(fault::of("erasures"))?;
                rows.into_iter().map(Erasure::try_from).collect()
            })
        });
        read.await
    }

    async fn answer(&self, id: ErasureId, answer: &PartAnswer) -> Result<(), Fault> {
        let answer = answer.clone();
        self.database
            .write(move |connection| Box::pin(keep(connection, id, answer)))
            .await
    }

    async fn finish(&self, id: ErasureId, at: Timestamp) -> Result<(), Fault> {
        let write = self.database.write(move |connection| {
            Box::pin(async move {
                diesel::update(erasures::table.find(id.uuid()))
                    .filter(erasures::finished_at.is_null())
                    .set(erasures::finished_at.eq(stamp(at)))
                    .execute(connection)
                    .await
                    .map(drop)
                    .map_err(fault::of("erasures"))
            })
        });
        write.await
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = erasures)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    principal: String,
    requested_at: PgTimestamp,
    answers: String,
    finished_at: Option<PgTimestamp>,
}

/// Of two at once, the one that comes second sees that the person has changed.
async fn begin(
    connection: &mut AsyncPgConnection,
    id: ErasureId,
    blank: &User,
    seen: Version,
    subject: Option<Digest>,
    commit: &Commit,
) -> Result<Erasure, BeginErasureError> {
    if let Some(begun) = of_user(connection, blank.id).await? {
        return Ok(begun);
    }
    let saved = users::save(connection, blank, seen, commit).await;
    saved.map_err(refused)?;
    images::end_all(connection, blank.id, commit).await?;
    if let Some(subject) = subject {
        diesel::insert_into(erased_subjects::table)
            .values((
                erased_subjects::user_id.eq(blank.id.uuid()),
                erased_subjects::subject.eq(subject.as_bytes().as_slice()),
            ))
            .execute(connection)
            .await
            .map_err(fault::of("erased_subjects"))?;
    }
    let erasure = Erasure::begin(id, blank.id, commit.by, commit.at);
    diesel::insert_into(erasures::table)
        .values((
            erasures::id.eq(id.uuid()),
            erasures::user_id.eq(blank.id.uuid()),
            erasures::principal.eq(principals::written(commit.by)),
            erasures::requested_at.eq(stamp(commit.at)),
            erasures::answers.eq(answers::written(&erasure.answers)?),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("erasures"))?;
    Ok(erasure)
}

/// A deleted person is in nobody's way, and stays deleted.
fn refused(error: SaveUserError) -> BeginErasureError {
    match error {
        SaveUserError::Missing => BeginErasureError::Missing,
        SaveUserError::Outdated(now) => BeginErasureError::Outdated(now),
        SaveUserError::LastAdmin => BeginErasureError::LastAdmin,
        SaveUserError::Fault(fault) => fault.into(),
        error @ (SaveUserError::EmailTaken(_)
        | SaveUserError::SubjectTaken
        | SaveUserError::Erased) => {
            Fault::broken(fault::BACKEND, "blanking a person", error).into()
        }
    }
}

async fn keep(
    connection: &mut AsyncPgConnection,
    id: ErasureId,
    answer: PartAnswer,
) -> Result<(), Fault> {
    let row: Option<Row> = erasures::table
        .find(id.uuid())
        .filter(erasures::finished_at.is_null())
        .select(Row::as_select())
        .for_no_key_update()
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("erasures"))?;
    let Some(mut erasure) = row.map(Erasure::try_from).transpose()? else {
        return Ok(());
    };
    erasure.take(answer);
    diesel::update(erasures::table.find(id.uuid()))
        .set(erasures::answers.eq(answers::written(&erasure.answers)?))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("erasures"))
}

/// The erasure of a person, finished or not.
pub async fn of_user(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Option<Erasure>, Fault> {
    let row: Option<Row> = erasures::table
        .filter(erasures::user_id.eq(user.uuid()))
        .select(Row::as_select())
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("erasures"))?;
    row.map(Erasure::try_from).transpose()
}

impl TryFrom<Row> for Erasure {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("erasures", &row.id);
        Ok(Self {
            id: ErasureId::new(row.id),
            user: UserId::new(row.user_id),
            by: cells.known("principal", principals::read(&row.principal))?,
            requested_at: cells.instant("requested_at", micros(row.requested_at))?,
            answers: answers::read(&cells, &row.answers)?,
            finished_at: cells.maybe_instant("finished_at", row.finished_at.map(micros))?,
        })
    }
}
