//! Replacing a refresh token, or noticing that two have it.

use super::end::end_these;
use super::find;
use crate::accounts::users;
use crate::schema::sessions;
use crate::{fault, record};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::accounts::sessions::Presented;
use domain::accounts::{Session, Status};
use domain::audit::{Action, Audit};
use domain::ids::SessionId;
use ports::accounts::RotateError;
use ports::{Commit, Fault};
use stored::cells::{self, micros};

/// Judges a token. The outer failure undoes everything; the inner one is what came of it.
pub fn rotate(
    connection: &mut SqliteConnection,
    id: SessionId,
    generation: u32,
    commit: &Commit,
) -> Result<Result<Session, RotateError>, Fault> {
    let Some(session) = find(connection, id)? else {
        return Ok(Err(RotateError::Over));
    };
    let user = users::find(connection, session.user)?;
    if user.is_none_or(|user| user.status != Status::Active) {
        return Ok(Err(RotateError::Over));
    }
    match session.presented(generation, commit.at) {
        Presented::Living => replace(connection, session, commit),
        Presented::JustReplaced => Ok(Ok(session)),
        Presented::Over => Ok(Err(RotateError::Over)),
        Presented::Reused => {
            end_these(connection, &[id])?;
            let entry = Audit::of(Action::SessionReused, session.user).about(id.uuid());
            let commit = Commit {
                audit: vec![entry],
                ..commit.clone()
            };
            record::store(connection, &commit, |_| true)?;
            Ok(Err(RotateError::Reused))
        }
    }
}

fn replace(
    connection: &mut SqliteConnection,
    session: Session,
    commit: &Commit,
) -> Result<Result<Session, RotateError>, Fault> {
    let Some(session) = session.rotated(commit.at) else {
        return Ok(Err(RotateError::Over));
    };
    diesel::update(sessions::table.find(cells::id(session.id.uuid())))
        .set((
            sessions::generation.eq(i64::from(session.generation)),
            sessions::rotated_at.eq(micros(session.rotated_at)),
            sessions::expires_at.eq(micros(session.expires_at())),
        ))
        .execute(connection)
        .map_err(fault::of("sessions"))?;
    Ok(Ok(session))
}
