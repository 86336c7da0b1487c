//! Signed-in devices.

mod end;
mod rotate;

pub use end::end_all;

use super::{credentials, users};
use crate::instants::{micros, stamp};
use crate::schema::sessions;
use crate::{Database, fault, record};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::{Session, Status};
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;
use ports::accounts::{Devices, OpenSessionError, PasswordHash, RotateError, SessionRepository};
use ports::{Commit, Fault};
use stored::StoredSession;
use uuid::Uuid;

/// [`SessionRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresSessions {
    database: Database,
}

impl PostgresSessions {
    /// The sessions in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl SessionRepository for PostgresSessions {
    async fn open(
        &self,
        session: &Session,
        checked: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), OpenSessionError> {
        let (session, checked, commit) = (session.clone(), checked.clone(), commit.clone());
        self.database
            .write(move |connection| {
                Box::pin(async move { open(connection, &session, &checked, &commit).await })
            })
            .await
    }

    async fn rotate(
        &self,
        id: SessionId,
        generation: u32,
        commit: &Commit,
    ) -> Result<Session, RotateError> {
        let commit = commit.clone();
        let rotated = self.database.write(move |connection| {
            Box::pin(async move { rotate::rotate(connection, id, generation, &commit).await })
        });
        // Ending a session that was reused is a change that has to be stored, so it is no failure until here.
        rotated.await?
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        self.database
            .read(move |connection| Box::pin(find(connection, id)))
            .await
    }

    async fn of_user(&self, user: UserId, at: Timestamp) -> Result<Vec<Session>, Fault> {
        self.database
            .read(move |connection| Box::pin(of_user(connection, user, at)))
            .await
    }

    async fn end(
        &self,
        user: UserId,
        devices: Devices,
        commit: &Commit,
    ) -> Result<Vec<SessionId>, Fault> {
        let commit = commit.clone();
        self.database
            .write(move |connection| {
                Box::pin(async move { end::end(connection, user, devices, &commit).await })
            })
            .await
    }

    async fn forget_expired(&self, at: Timestamp) -> Result<u64, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let over = sessions::table.filter(sessions::expires_at.le(stamp(at)));
                    let forgotten = diesel::delete(over).execute(connection).await;
                    forgotten
                        .map(|rows| rows as u64)
                        .map_err(fault::of("sessions"))
                })
            })
            .await
    }
}

type Row = (Uuid, Uuid, Option<String>, i64, PgTimestamp, PgTimestamp);
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
    let row = StoredSession {
        id,
        user,
        client,
        generation,
        started_at: micros(started_at),
        rotated_at: micros(rotated_at),
    };
    Session::try_from(row)
}

/// The session, if it is there.
pub async fn find(
    connection: &mut AsyncPgConnection,
    id: SessionId,
) -> Result<Option<Session>, Fault> {
    let row: Option<Row> = sessions::table
        .find(id.uuid())
        .select(COLUMNS)
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("sessions"))?;
    row.map(read).transpose()
}

async fn of_user(
    connection: &mut AsyncPgConnection,
    user: UserId,
    at: Timestamp,
) -> Result<Vec<Session>, Fault> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::user_id.eq(user.uuid()))
        .filter(sessions::expires_at.gt(stamp(at)))
        .order((sessions::rotated_at.desc(), sessions::id.desc()))
        .select(COLUMNS)
        .load(connection)
        .await
        .map_err(fault::of("sessions"))?;
    rows.into_iter().map(read).collect()
}

/// The person's row is locked first, so that nobody signs in while they are suspended.
async fn open(
    connection: &mut AsyncPgConnection,
    session: &Session,
    checked: &PasswordHash,
    commit: &Commit,
) -> Result<(), OpenSessionError> {
    let user = users::locked(connection, session.user).await?;
    user.filter(|user| user.status == Status::Active)
        .ok_or(OpenSessionError::NotActive)?;
    if !credentials::is_password(connection, session.user, checked).await? {
        return Err(OpenSessionError::Replaced);
    }
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.uuid()),
            sessions::user_id.eq(session.user.uuid()),
            sessions::client.eq(session.client.as_ref().map(|client| client.reveal())),
            sessions::generation.eq(i64::from(session.generation)),
            sessions::started_at.eq(stamp(session.started_at)),
            sessions::rotated_at.eq(stamp(session.rotated_at)),
            sessions::expires_at.eq(stamp(session.expires_at())),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("sessions"))?;
    end::end_surplus(connection, session.user).await?;
    record::store(connection, commit, |id| id == session.user).await?;
    Ok(())
}
