//! Last transaction of an upload: the photo enters the history.

use super::avatar;
use super::rows::{self, Row};
use crate::schema::{images, users};
use crate::{fault, idempotency, record};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper, SqliteConnection,
};
use domain::accounts::Status;
use domain::accounts::images::ImageState;
use domain::ids::{ImageId, UserId};
use ports::accounts::{AddedImage, PublishImageError};
use ports::{Commit, Fault};
use stored::StoredAddedImage;
use stored::cells::{self, Cells, micros};

/// `pending → ready`, unless its time has run out or its person was deleted.
pub fn publish(
    connection: &mut SqliteConnection,
    id: ImageId,
    commit: &Commit,
) -> Result<AddedImage, PublishImageError> {
    let row = pending(connection, id, commit)?.ok_or(PublishImageError::Expired)?;
    let shown = cells::shown(&row.id);
    let user = UserId::new(Cells::of("images", &shown).id("user_id", &row.user_id)?);
    let (seq, has_avatar) = living(connection, user)?.ok_or(PublishImageError::Expired)?;
    diesel::update(images::table.find(&row.id))
        .set((
            images::state.eq(ImageState::Ready.name()),
            images::seq.eq(seq),
        ))
        .execute(connection)
        .map_err(fault::of("images"))?;
    diesel::update(users::table.filter(users::id.eq(&row.user_id)))
        .set((
            users::images_next_seq.eq(seq + 1),
            users::image_bytes_reserved.eq(users::image_bytes_reserved - row.bytes),
            users::image_bytes_used.eq(users::image_bytes_used + row.bytes),
        ))
        .execute(connection)
        .map_err(fault::of("users"))?;
    if !has_avatar {
        avatar::set(connection, user, Some(id), commit)?;
    }
    let image = rows::find(connection, user, id)?.ok_or(PublishImageError::Expired)?;
    let added = AddedImage {
        image,
        deduplicated: false,
    };
    record::store(connection, commit, |id| id == user)?;
    idempotency::keep(connection, commit, &StoredAddedImage::from(&added), &[user])?;
    Ok(added)
}

fn pending(
    connection: &mut SqliteConnection,
    id: ImageId,
    commit: &Commit,
) -> Result<Option<Row>, Fault> {
    images::table
        .find(cells::id(id.uuid()))
        .filter(images::state.eq(ImageState::Pending.name()))
        .filter(images::deadline.gt(micros(commit.at)))
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(fault::of("images"))
}

/// The next place in the history of a living person, and whether they have an avatar.
fn living(connection: &mut SqliteConnection, user: UserId) -> Result<Option<(i64, bool)>, Fault> {
    users::table
        .filter(users::id.eq(cells::id(user.uuid())))
        .filter(users::status.ne(Status::Deleted.name()))
        .select((users::images_next_seq, users::avatar_image_id))
        .first::<(i64, Option<Vec<u8>>)>(connection)
        .optional()
        .map(|found| found.map(|(seq, avatar)| (seq, avatar.is_some())))
        .map_err(fault::of("users"))
}
