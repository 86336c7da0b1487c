//! Ending sessions, each with the word that every process is told.

use crate::accounts::access;
use crate::schema::sessions;
use crate::{fault, record};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::Session;
use domain::ids::{SessionId, UserId};
use ports::accounts::{AccessChange, Devices};
use ports::{Commit, Fault};
use uuid::Uuid;

/// Ends some of a person's sessions.
pub async fn end(
    connection: &mut AsyncPgConnection,
    user: UserId,
    devices: Devices,
    commit: &Commit,
) -> Result<Vec<SessionId>, Fault> {
    let mut ending = of_user(connection, user).await?;
    match devices {
        Devices::One(id) => ending.retain(|other| *other == id),
        Devices::AllBut(id) => ending.retain(|other| *other != id),
        Devices::All => {}
    }
    let ended = end_these(connection, &ending).await?;
    if !ended.is_empty() {
        record::store(connection, commit, |id| id == user).await?;
    }
    Ok(ended)
}

/// Ends all of a person's sessions, but for one, as a part of another change.
pub async fn end_all(
    connection: &mut AsyncPgConnection,
    user: UserId,
    but: Option<SessionId>,
) -> Result<(), Fault> {
    let mut ending = of_user(connection, user).await?;
    ending.retain(|id| Some(*id) != but);
    end_these(connection, &ending).await.map(drop)
}

/// Ends those that were quiet for longest when there are too many.
pub async fn end_surplus(connection: &mut AsyncPgConnection, user: UserId) -> Result<(), Fault> {
    let newest_first = of_user(connection, user).await?;
    let surplus = newest_first.get(Session::MOST..).unwrap_or_default();
    end_these(connection, surplus).await.map(drop)
}

/// Ends these sessions, and answers which of them nobody else ended meanwhile.
pub async fn end_these(
    connection: &mut AsyncPgConnection,
    ending: &[SessionId],
) -> Result<Vec<SessionId>, Fault> {
    if ending.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ending.iter().map(|id| id.uuid());
    let these = sessions::table.filter(sessions::id.eq_any(ids.collect::<Vec<Uuid>>()));
    let ended: Vec<Uuid> = diesel::delete(these)
        .returning(sessions::id)
        .get_results(connection)
        .await
        .map_err(fault::of("sessions"))?;
    let ended: Vec<SessionId> = ended.into_iter().map(SessionId::new).collect();
    let changes: Vec<AccessChange> = ended.iter().copied().map(AccessChange::Session).collect();
    access::note(connection, &changes).await?;
    Ok(ended)
}

/// The last used first.
async fn of_user(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Vec<SessionId>, Fault> {
    let ids: Vec<Uuid> = sessions::table
        .filter(sessions::user_id.eq(user.uuid()))
        .order((sessions::rotated_at.desc(), sessions::id.desc()))
        .select(sessions::id)
        .load(connection)
        .await
        .map_err(fault::of("sessions"))?;
    Ok(ids.into_iter().map(SessionId::new).collect())
}
