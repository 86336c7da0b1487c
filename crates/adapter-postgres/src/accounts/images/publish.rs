//! Last transaction of an upload: the photo enters the history.

use super::rows::{self, Row};
use super::{avatar, people};
use crate::instants::stamp;
use crate::schema::{images, users};
use crate::{fault, idempotency, record};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::images::ImageState;
use domain::ids::{ImageId, UserId};
use ports::accounts::{AddedImage, PublishImageError};
use ports::{Commit, Fault};
use stored::StoredAddedImage;
use uuid::Uuid;

/// `pending → ready`, unless its time has run out or its person was deleted.
pub async fn publish(
    connection: &mut AsyncPgConnection,
    id: ImageId,
    commit: &Commit,
) -> Result<AddedImage, PublishImageError> {
    let owner = owner(connection, id).await?;
    let user = owner.ok_or(PublishImageError::Expired)?;
    let person = people::lock(connection, user).await?;
    let person = person.filter(|person| !person.is_of_deleted());
    let person = person.ok_or(PublishImageError::Expired)?;
    // Looked at once more under the lock: the reaper may have been faster.
    let row = pending(connection, id, commit).await?;
    let row = row.ok_or(PublishImageError::Expired)?;
    let seq = person.next_seq();
    diesel::update(images::table.find(row.id))
        .set((
            images::state.eq(ImageState::Ready.name()),
            images::seq.eq(seq),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("images"))?;
    diesel::update(users::table.find(row.user_id))
        .set((
            users::images_next_seq.eq(seq + 1),
            users::image_bytes_reserved.eq(users::image_bytes_reserved - row.bytes),
            users::image_bytes_used.eq(users::image_bytes_used + row.bytes),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("users"))?;
    if person.avatar.is_none() {
        avatar::set(connection, user, Some(id), commit).await?;
    }
    let image = rows::find(connection, user, id).await?;
    let added = AddedImage {
        image: image.ok_or(PublishImageError::Expired)?,
        deduplicated: false,
    };
    record::store(connection, commit, |id| id == user).await?;
    idempotency::keep(connection, commit, &StoredAddedImage::from(&added), &[user]).await?;
    Ok(added)
}

async fn owner(connection: &mut AsyncPgConnection, id: ImageId) -> Result<Option<UserId>, Fault> {
    let owner: Option<Uuid> = images::table
        .find(id.uuid())
        .select(images::user_id)
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("images"))?;
    Ok(owner.map(UserId::new))
}

async fn pending(
    connection: &mut AsyncPgConnection,
    id: ImageId,
    commit: &Commit,
) -> Result<Option<Row>, Fault> {
    images::table
        .find(id.uuid())
        .filter(images::state.eq(ImageState::Pending.name()))
        .filter(images::deadline.gt(stamp(commit.at)))
        .select(Row::as_select())
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("images"))
}
