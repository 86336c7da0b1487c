//! Ending sessions, each with the word that every process is told.

use crate::accounts::access;
use crate::schema::sessions;
use crate::{fault, record};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::accounts::Session;
use domain::ids::{SessionId, UserId};
use ports::accounts::{AccessChange, Devices};
use ports::{Commit, Fault};
use stored::cells::{self, Cells};

/// Ends some of a person's sessions.
pub fn end(
    connection: &mut SqliteConnection,
    user: UserId,
    devices: Devices,
    commit: &Commit,
) -> Result<Vec<SessionId>, Fault> {
    let mut ended = of_user(connection, user)?;
    match devices {
        Devices::One(id) => ended.retain(|other| *other == id),
        Devices::AllBut(id) => ended.retain(|other| *other != id),
        Devices::All => {}
    }
    end_these(connection, &ended)?;
    if !ended.is_empty() {
        record::store(connection, commit, |id| id == user)?;
    }
    Ok(ended)
}

/// Ends all of a person's sessions, but for one, as a part of another change.
pub fn end_all(
    connection: &mut SqliteConnection,
    user: UserId,
    but: Option<SessionId>,
) -> Result<(), Fault> {
    let mut ended = of_user(connection, user)?;
    ended.retain(|id| Some(*id) != but);
    end_these(connection, &ended)
}

/// Ends those that were quiet for longest when there are too many.
pub fn end_surplus(connection: &mut SqliteConnection, user: UserId) -> Result<(), Fault> {
    let newest_first = of_user(connection, user)?;
    let surplus = newest_first.get(Session::MOST..).unwrap_or_default();
    end_these(connection, surplus)
}

/// Ends these sessions.
pub fn end_these(connection: &mut SqliteConnection, ended: &[SessionId]) -> Result<(), Fault> {
    for id in ended {
        diesel::delete(sessions::table.find(cells::id(id.uuid())))
            .execute(connection)
            .map_err(fault::of("sessions"))?;
        access::note(connection, AccessChange::Session(*id))?;
    }
    Ok(())
}

/// The last used first.
fn of_user(connection: &mut SqliteConnection, user: UserId) -> Result<Vec<SessionId>, Fault> {
    let ids: Vec<Vec<u8>> = sessions::table
        .filter(sessions::user_id.eq(cells::id(user.uuid())))
        .order((sessions::rotated_at.desc(), sessions::id.desc()))
        .select(sessions::id)
        .load(connection)
        .map_err(fault::of("sessions"))?;
    let ids = ids.iter().map(|id| {
        let shown = cells::shown(id);
        Cells::of("sessions", &shown).id("id", id)
    });
    ids.map(|id| id.map(SessionId::new)).collect()
}
