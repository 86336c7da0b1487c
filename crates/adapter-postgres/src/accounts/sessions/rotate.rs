//! Replacing a refresh token, or noticing that two have it.

use super::end::end_these;
use super::find;
use crate::accounts::users;
use crate::instants::stamp;
use crate::schema::sessions;
use crate::{fault, record};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::sessions::Presented;
use domain::accounts::{Session, Status};
use domain::audit::{Action, Audit};
use domain::ids::SessionId;
use ports::accounts::RotateError;
use ports::{Commit, Fault};

/// Judges a token, one at a time for each person: their row is locked before the session is read. The outer failure undoes
/// everything; the inner one is what came of it.
pub async fn rotate(
    connection: &mut AsyncPgConnection,
    id: SessionId,
    generation: u32,
    commit: &Commit,
) -> Result<Result<Session, RotateError>, Fault> {
    let Some(owner) = find(connection, id).await?.map(|session| session.user) else {
        return Ok(Err(RotateError::Over));
    };
    let user = users::locked(connection, owner).await?;
    if user.is_none_or(|user| user.status != Status::Active) {
        return Ok(Err(RotateError::Over));
    }
    // Read again under the lock.
    let Some(session) = find(connection, id).await? else {
        return Ok(Err(RotateError::Over));
    };
    match session.presented(generation, commit.at) {
        Presented::Living => replace(connection, session, commit).await,
        Presented::JustReplaced => Ok(Ok(session)),
        Presented::Over => Ok(Err(RotateError::Over)),
        Presented::Reused => {
            end_these(connection, &[id]).await?;
            let entry = Audit::of(Action::SessionReused, owner).about(id.uuid());
            let commit = Commit {
                audit: vec![entry],
                ..commit.clone()
            };
            record::store(connection, &commit, |_| true).await?;
            Ok(Err(RotateError::Reused))
        }
    }
}

async fn replace(
    connection: &mut AsyncPgConnection,
    session: Session,
    commit: &Commit,
) -> Result<Result<Session, RotateError>, Fault> {
    let Some(session) = session.rotated(commit.at) else {
        return Ok(Err(RotateError::Over));
    };
    diesel::update(sessions::table.find(session.id.uuid()))
        .set((
            sessions::generation.eq(i64::from(session.generation)),
            sessions::rotated_at.eq(stamp(session.rotated_at)),
            sessions::expires_at.eq(stamp(session.expires_at())),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("sessions"))?;
    Ok(Ok(session))
}
