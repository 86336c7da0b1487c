//! Signed-in devices.

mod end;
mod rotate;

pub use end::end_all;

use super::{credentials, users};
use crate::schema::sessions;
use crate::{Database, fault, record};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::accounts::{Session, Status};
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;
use ports::accounts::{Devices, OpenSessionError, PasswordHash, RotateError, SessionRepository};
use ports::{Commit, Fault};
use stored::StoredSession;
use stored::cells::{self, Cells, micros};

/// [`SessionRepository`] on SQLite.
#[derive(Clone)]
pub struct SqliteSessions {
    database: Database,
}

impl SqliteSessions {
    /// The sessions in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl SessionRepository for SqliteSessions {
    async fn open(
        &self,
        session: &Session,
        checked: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), OpenSessionError> {
        let (session, checked, commit) = (session.clone(), checked.clone(), commit.clone());
        self.database
            .write(move |connection| open(connection, &session, &checked, &commit))
            .await
    }

    async fn rotate(
        &self,
        id: SessionId,
        generation: u32,
        commit: &Commit,
    ) -> Result<Session, RotateError> {
        let commit = commit.clone();
        let rotated = self
            .database
            .write(move |connection| rotate::rotate(connection, id, generation, &commit));
        // Ending a session that was reused is a change that has to be stored, so it is no failure until here.
        rotated.await?
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        self.database
            .read(move |connection| find(connection, id))
            .await
    }

    async fn of_user(&self, user: UserId, at: Timestamp) -> Result<Vec<Session>, Fault> {
        let of_user = move |connection: &mut SqliteConnection| {
            let rows: Vec<Row> = sessions::table
                .filter(sessions::user_id.eq(cells::id(user.uuid())))
                .filter(sessions::expires_at.gt(micros(at)))
                .order((sessions::rotated_at.desc(), sessions::id.desc()))
                .select(COLUMNS)
                .load(connection)
                .map_err(fault::of("sessions"))?;
            rows.into_iter().map(read).collect()
        };
        self.database.read(of_user).await
    }

    async fn end(
        &self,
        user: UserId,
        devices: Devices,
        commit: &Commit,
    ) -> Result<Vec<SessionId>, Fault> {
        let commit = commit.clone();
        self.database
            .write(move |connection| end::end(connection, user, devices, &commit))
            .await
    }

    async fn forget_expired(&self, at: Timestamp) -> Result<u64, Fault> {
        let forget = move |connection: &mut SqliteConnection| {
            let over = sessions::table.filter(sessions::expires_at.le(micros(at)));
            let forgotten = diesel::delete(over).execute(connection);
            forgotten
                .map(|rows| rows as u64)
                .map_err(fault::of("sessions"))
        };
        self.database.write(forget).await
    }
}

type Row = (Vec<u8>, Vec<u8>, Option<String>, i64, i64, i64);
type Columns = (
    sessions::id,
    sessions::user_id,
    sessions::client,
    sessions::generation,
    sessions::started_at,
    sessions::rotated_at,
);
const COLUMNS: Columns = (
    sessions::id,
    sessions::user_id,
    sessions::client,
    sessions::generation,
    sessions::started_at,
    sessions::rotated_at,
);

fn read((id, user, client, generation, started_at, rotated_at): Row) -> Result<Session, Fault> {
    let shown = cells::shown(&id);
    let cells = Cells::of("sessions", &shown);
    let row = StoredSession {
        id: cells.id("id", &id)?,
        user: cells.id("user_id", &user)?,
        client,
        generation,
        started_at,
        rotated_at,
    };
    Session::try_from(row)
}

/// The session, if it is there.
pub fn find(connection: &mut SqliteConnection, id: SessionId) -> Result<Option<Session>, Fault> {
    let row: Option<Row> = sessions::table
        .find(cells::id(id.uuid()))
        .select(COLUMNS)
        .first(connection)
        .optional()
        .map_err(fault::of("sessions"))?;
    row.map(read).transpose()
}

fn open(
    connection: &mut SqliteConnection,
    session: &Session,
    checked: &PasswordHash,
    commit: &Commit,
) -> Result<(), OpenSessionError> {
    let user = users::find(connection, session.user)?;
    user.filter(|user| user.status == Status::Active)
        .ok_or(OpenSessionError::NotActive)?;
    if !credentials::is_password(connection, session.user, checked)? {
        return Err(OpenSessionError::Replaced);
    }
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(cells::id(session.id.uuid())),
            sessions::user_id.eq(cells::id(session.user.uuid())),
            sessions::client.eq(session.client.as_ref().map(|client| client.reveal())),
            sessions::generation.eq(i64::from(session.generation)),
            sessions::started_at.eq(micros(session.started_at)),
            sessions::rotated_at.eq(micros(session.rotated_at)),
            sessions::expires_at.eq(micros(session.expires_at())),
        ))
        .execute(connection)
        .map_err(fault::of("sessions"))?;
    end::end_surplus(connection, session.user)?;
    record::store(connection, commit, |id| id == session.user)?;
    Ok(())
}
