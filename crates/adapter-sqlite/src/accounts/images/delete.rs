//! Taking photos out of the history: unreadable at once, their objects left to the outbox.

use super::avatar;
use super::reserve::abort;
use super::rows::{self, Row};
use crate::schema::{images, users};
use crate::{fault, record};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper, SqliteConnection};
use domain::accounts::images::ImageState;
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use ports::accounts::DeleteImageError;
use ports::{Commit, Fault};
use stored::cells::{self, Cells};

/// Deletes one ready photo.
pub fn one(
    connection: &mut SqliteConnection,
    user: UserId,
    id: ImageId,
    commit: &Commit,
) -> Result<(), DeleteImageError> {
    let row = rows::ready(connection, user, id)?.ok_or(DeleteImageError::Missing)?;
    delete(connection, user, &[row], commit)?;
    Ok(())
}

/// Deletes every ready photo of a person; answers how many.
pub fn all(connection: &mut SqliteConnection, user: UserId, commit: &Commit) -> Result<u64, Fault> {
    let rows: Vec<Row> = images::table
        .filter(images::user_id.eq(cells::id(user.uuid())))
        .filter(images::state.eq(ImageState::Ready.name()))
        .order(images::seq)
        .select(Row::as_select())
        .load(connection)
        .map_err(fault::of("images"))?;
    if !rows.is_empty() {
        delete(connection, user, &rows, commit)?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// Ends every photo of a person who is being erased: ready ones are deleted, pending ones aborted. What is to be recorded
/// of it stands in the records of the erasure.
pub fn end_all(
    connection: &mut SqliteConnection,
    user: UserId,
    commit: &Commit,
) -> Result<(), Fault> {
    let unrecorded = Commit {
        audit: Vec::new(),
        events: Vec::new(),
        ..commit.clone()
    };
    all(connection, user, &unrecorded)?;
    let pending: Vec<Row> = images::table
        .filter(images::user_id.eq(cells::id(user.uuid())))
        .filter(images::state.eq(ImageState::Pending.name()))
        .select(Row::as_select())
        .load(connection)
        .map_err(fault::of("images"))?;
    pending.iter().try_for_each(|row| abort(connection, row))
}

fn delete(
    connection: &mut SqliteConnection,
    user: UserId,
    rows: &[Row],
    commit: &Commit,
) -> Result<(), Fault> {
    let avatar = avatar::current(connection, user)?;
    record::store(connection, commit, |id| id == user)?;
    for row in rows {
        diesel::update(images::table.find(&row.id))
            .set(images::state.eq(ImageState::Deleting.name()))
            .execute(connection)
            .map_err(fault::of("images"))?;
        let id = Cells::of("images", &cells::shown(&row.id)).id("id", &row.id)?;
        record::emit(
            connection,
            commit,
            &Event::object(EventKind::ImageDeleted, user, id),
        )?;
    }
    let bytes: i64 = rows.iter().map(|row| row.bytes).sum();
    diesel::update(users::table.filter(users::id.eq(cells::id(user.uuid()))))
        .set(users::image_bytes_used.eq(users::image_bytes_used - bytes))
        .execute(connection)
        .map_err(fault::of("users"))?;
    if rows.iter().any(|row| avatar.as_ref() == Some(&row.id)) {
        avatar::set(connection, user, None, commit)?;
    }
    Ok(())
}
