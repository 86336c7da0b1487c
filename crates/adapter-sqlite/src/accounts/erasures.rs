//! People who are erased: begun in one transaction, with everything that must be so at once.

use super::{images, users};
use crate::schema::{erased_subjects, erasures};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper, SqliteConnection,
};
use domain::accounts::User;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::{ErasureId, UserId};
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::accounts::SaveUserError;
use ports::erasures::{BeginErasureError, ErasureRepository};
use ports::{Commit, Fault};
use stored::cells::{self, Cells, micros};
use stored::{erasures as answers, principals};

/// [`ErasureRepository`] on SQLite.
#[derive(Clone)]
pub struct SqliteErasures {
    database: Database,
}

impl SqliteErasures {
    /// The erasures in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ErasureRepository for SqliteErasures {
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
            .write(move |connection| begin(connection, id, &blank, seen, subject, &commit))
            .await
    }

    async fn find(&self, id: ErasureId) -> Result<Option<Erasure>, Fault> {
        self.database
            .read(move |connection| find(connection, id))
            .await
    }

    async fn unfinished(&self, limit: u32) -> Result<Vec<Erasure>, Fault> {
        let unfinished = move |connection: &mut SqliteConnection| {
            let rows: Vec<Row> = erasures::table
                .filter(erasures::finished_at.is_null())
                .order((erasures::requested_at, erasures::id))
                .limit(i64::from(limit))
                .select(Row::as_select())
                .load(connection)
                .map_err(fault::of("erasures"))?;
            rows.into_iter().map(Erasure::try_from).collect()
        };
        self.database.read(unfinished).await
    }

    async fn answer(&self, id: ErasureId, answer: &PartAnswer) -> Result<(), Fault> {
        let answer = answer.clone();
        let keep = move |connection: &mut SqliteConnection| {
            let Some(mut erasure) = find(connection, id)? else {
                return Ok(());
            };
            erasure.take(answer);
            diesel::update(erasures::table.find(cells::id(id.uuid())))
                .filter(erasures::finished_at.is_null())
                .set(erasures::answers.eq(answers::written(&erasure.answers)?))
                .execute(connection)
                .map(drop)
                .map_err(fault::of("erasures"))
        };
        self.database.write(keep).await
    }

    async fn finish(&self, id: ErasureId, at: Timestamp) -> Result<(), Fault> {
        let finish = move |connection: &mut SqliteConnection| {
            diesel::update(erasures::table.find(cells::id(id.uuid())))
                .filter(erasures::finished_at.is_null())
                .set(erasures::finished_at.eq(micros(at)))
                .execute(connection)
                .map(drop)
                .map_err(fault::of("erasures"))
        };
        self.database.write(finish).await
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = erasures)]
struct Row {
    id: Vec<u8>,
    user_id: Vec<u8>,
    principal: String,
    requested_at: i64,
    answers: String,
    finished_at: Option<i64>,
}

fn begin(
    connection: &mut SqliteConnection,
    id: ErasureId,
    blank: &User,
    seen: Version,
    subject: Option<Digest>,
    commit: &Commit,
) -> Result<Erasure, BeginErasureError> {
    if let Some(begun) = of_user(connection, blank.id)? {
        return Ok(begun);
    }
    users::save(connection, blank, seen, commit).map_err(refused)?;
    images::end_all(connection, blank.id, commit)?;
    if let Some(subject) = subject {
        diesel::insert_into(erased_subjects::table)
            .values((
                erased_subjects::user_id.eq(cells::id(blank.id.uuid())),
                erased_subjects::subject.eq(subject.as_bytes().as_slice()),
            ))
            .execute(connection)
            .map_err(fault::of("erased_subjects"))?;
    }
    let erasure = Erasure::begin(id, blank.id, commit.by, commit.at);
    diesel::insert_into(erasures::table)
        .values((
            erasures::id.eq(cells::id(id.uuid())),
            erasures::user_id.eq(cells::id(blank.id.uuid())),
            erasures::principal.eq(principals::written(commit.by)),
            erasures::requested_at.eq(micros(commit.at)),
            erasures::answers.eq(answers::written(&erasure.answers)?),
        ))
        .execute(connection)
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

fn find(connection: &mut SqliteConnection, id: ErasureId) -> Result<Option<Erasure>, Fault> {
    let row: Option<Row> = erasures::table
        .find(cells::id(id.uuid()))
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(fault::of("erasures"))?;
    row.map(Erasure::try_from).transpose()
}

/// The erasure of a person, finished or not.
pub fn of_user(connection: &mut SqliteConnection, user: UserId) -> Result<Option<Erasure>, Fault> {
    let row: Option<Row> = erasures::table
        .filter(erasures::user_id.eq(cells::id(user.uuid())))
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(fault::of("erasures"))?;
    row.map(Erasure::try_from).transpose()
}

impl TryFrom<Row> for Erasure {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let shown = cells::shown(&row.id);
        let cells = Cells::of("erasures", &shown);
        Ok(Self {
            id: ErasureId::new(cells.id("id", &row.id)?),
            user: UserId::new(cells.id("user_id", &row.user_id)?),
            by: cells.known("principal", principals::read(&row.principal))?,
            requested_at: cells.instant("requested_at", row.requested_at)?,
            answers: answers::read(&cells, &row.answers)?,
            finished_at: cells.maybe_instant("finished_at", row.finished_at)?,
        })
    }
}
