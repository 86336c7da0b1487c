//! Taking photos out of the history: unreadable at once, their objects left to the outbox.

use super::reserve::abort;
use super::rows::{self, Row};
use super::{avatar, people};
use crate::schema::{images, users};
use crate::{fault, record};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::images::ImageState;
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use ports::accounts::DeleteImageError;
use ports::{Commit, Fault};
use uuid::Uuid;

/// Deletes one ready photo.
pub async fn one(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: ImageId,
    commit: &Commit,
) -> Result<(), DeleteImageError> {
    let person = people::lock(connection, user).await?;
    let row = rows::ready(connection, user, id).await?;
    let (Some(person), Some(row)) = (person, row) else {
        return Err(DeleteImageError::Missing);
    };
    delete(connection, user, person.avatar, &[row], commit).await?;
    Ok(())
}

/// Deletes every ready photo of a person; answers how many.
pub async fn all(
    connection: &mut AsyncPgConnection,
    user: UserId,
    commit: &Commit,
) -> Result<u64, Fault> {
    let Some(person) = people::lock(connection, user).await? else {
        return Ok(0);
    };
    let rows: Vec<Row> = images::table
        .filter(images::user_id.eq(user.uuid()))
        .filter(images::state.eq(ImageState::Ready.name()))
        .order(images::seq)
        .select(Row::as_select())
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    if !rows.is_empty() {
        delete(connection, user, person.avatar, &rows, commit).await?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// Ends every photo of a person who is being erased: ready ones are deleted, pending ones aborted. What is to be recorded
/// of it stands in the records of the erasure.
pub async fn end_all(
    connection: &mut AsyncPgConnection,
    user: UserId,
    commit: &Commit,
) -> Result<(), Fault> {
    let unrecorded = Commit {
        audit: Vec::new(),
        events: Vec::new(),
        ..commit.clone()
    };
    all(connection, user, &unrecorded).await?;
    let pending: Vec<Row> = images::table
        .filter(images::user_id.eq(user.uuid()))
        .filter(images::state.eq(ImageState::Pending.name()))
        .select(Row::as_select())
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    for row in &pending {
        abort(connection, row).await?;
    }
    Ok(())
}

async fn delete(
    connection: &mut AsyncPgConnection,
    user: UserId,
    avatar: Option<Uuid>,
    rows: &[Row],
    commit: &Commit,
) -> Result<(), Fault> {
    record::store(connection, commit, |id| id == user).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    diesel::update(images::table.filter(images::id.eq_any(&ids)))
        .set(images::state.eq(ImageState::Deleting.name()))
        .execute(connection)
        .await
        .map_err(fault::of("images"))?;
    let events: Vec<Event> = ids
        .iter()
        .map(|id| Event::object(EventKind::ImageDeleted, user, *id))
        .collect();
    let events: Vec<&Event> = events.iter().collect();
    record::emit(connection, commit, &events).await?;
    let bytes: i64 = rows.iter().map(|row| row.bytes).sum();
    diesel::update(users::table.find(user.uuid()))
        .set(users::image_bytes_used.eq(users::image_bytes_used - bytes))
        .execute(connection)
        .await
        .map_err(fault::of("users"))?;
    if ids.iter().any(|id| avatar == Some(*id)) {
        avatar::set(connection, user, None, commit).await?;
    }
    Ok(())
}
