//! First transaction of an upload: room, the key, and the exact objects it is going to have.

use super::rows::{self, Row};
use crate::schema::{image_objects, images, users};
use crate::{fault, idempotency};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper, SqliteConnection,
};
use domain::accounts::Status;
use domain::accounts::images::{ImageState, ObjectKey, PendingImage};
use domain::ids::UserId;
use ports::accounts::{AddedImage, ReserveImageError, Reserved};
use ports::{Commit, Fault};
use stored::StoredAddedImage;
use stored::cells::{self, Cells, micros, whole};

/// Reserves an upload, or answers what is there already.
pub fn reserve(
    connection: &mut SqliteConnection,
    image: &PendingImage,
    quota: u64,
    commit: &Commit,
) -> Result<Reserved, ReserveImageError> {
    if let Some(then) =
        idempotency::take::<StoredAddedImage, ReserveImageError>(connection, commit)?
    {
        return Ok(Reserved::Replayed(then.added()?));
    }
    let room = room(connection, image.user)?.ok_or(ReserveImageError::NoSuchUser)?;
    match same_bytes(connection, image)? {
        Some((ImageState::Ready, row)) => return duplicate(connection, row, commit),
        Some((_, row)) if row.deadline > micros(commit.at) => {
            return Err(ReserveImageError::UploadInFlight);
        }
        Some((_, row)) => abort(connection, &row)?,
        None => {}
    }
    // Read again: an expired reservation may just have been given back.
    let used = self::room(connection, image.user)?.unwrap_or(room);
    if used.saturating_add(image.bytes()) > quota {
        return Err(ReserveImageError::QuotaExceeded { used, limit: quota });
    }
    insert(connection, image)?;
    idempotency::reserve(connection, commit, image.deadline, image.user)?;
    Ok(Reserved::Pending)
}

/// Bytes used and reserved by a living person; `None` when there is none.
fn room(connection: &mut SqliteConnection, user: UserId) -> Result<Option<u64>, Fault> {
    let taken: Option<i64> = users::table
        .filter(users::id.eq(cells::id(user.uuid())))
        .filter(users::status.ne(Status::Deleted.name()))
        .select(users::image_bytes_used + users::image_bytes_reserved)
        .first(connection)
        .optional()
        .map_err(fault::of("users"))?;
    taken
        .map(|taken| Cells::of("users", &user).whole("image_bytes_used", taken))
        .transpose()
}

/// The pending or ready photo of the same bytes.
fn same_bytes(
    connection: &mut SqliteConnection,
    image: &PendingImage,
) -> Result<Option<(ImageState, Row)>, Fault> {
    let living = [ImageState::Pending.name(), ImageState::Ready.name()];
    let found: Option<(String, Row)> = images::table
        .filter(images::user_id.eq(cells::id(image.user.uuid())))
        .filter(images::source_digest.eq(image.source.as_bytes().as_slice()))
        .filter(images::state.eq_any(living))
        .select((images::state, Row::as_select()))
        .first(connection)
        .optional()
        .map_err(fault::of("images"))?;
    let Some((state, row)) = found else {
        return Ok(None);
    };
    let shown = cells::shown(&row.id);
    let state = Cells::of("images", &shown).known("state", ImageState::parse(&state))?;
    Ok(Some((state, row)))
}

fn duplicate(
    connection: &mut SqliteConnection,
    row: Row,
    commit: &Commit,
) -> Result<Reserved, ReserveImageError> {
    let broken = || Fault::Broken {
        backend: fault::BACKEND,
        what: "images".to_owned(),
        source: None,
    };
    let image = rows::read(connection, vec![row])?
        .into_iter()
        .next()
        .ok_or_else(broken)?;
    let added = AddedImage {
        image,
        deduplicated: true,
    };
    idempotency::keep(
        connection,
        commit,
        &StoredAddedImage::from(&added),
        &[added.image.user],
    )?;
    Ok(Reserved::Duplicate(added.image))
}

/// `pending → aborted`, the reservation given back.
pub fn abort(connection: &mut SqliteConnection, row: &Row) -> Result<(), Fault> {
    diesel::update(images::table.find(&row.id))
        .set(images::state.eq(ImageState::Aborted.name()))
        .execute(connection)
        .map_err(fault::of("images"))?;
    diesel::update(users::table.filter(users::id.eq(&row.user_id)))
        .set(users::image_bytes_reserved.eq(users::image_bytes_reserved - row.bytes))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("users"))
}

fn insert(connection: &mut SqliteConnection, image: &PendingImage) -> Result<(), Fault> {
    let (id, user) = (cells::id(image.id.uuid()), cells::id(image.user.uuid()));
    let bytes = whole(image.bytes());
    diesel::update(users::table.filter(users::id.eq(&user)))
        .set(users::image_bytes_reserved.eq(users::image_bytes_reserved + bytes))
        .execute(connection)
        .map_err(fault::of("users"))?;
    diesel::insert_into(images::table)
        .values((
            images::id.eq(&id),
            images::user_id.eq(&user),
            images::state.eq(ImageState::Pending.name()),
            images::source_digest.eq(image.source.as_bytes().as_slice()),
            images::bytes.eq(bytes),
            images::taken_at.eq(image.taken_at.map(micros)),
            images::created_at.eq(micros(image.created_at)),
            images::deadline.eq(micros(image.deadline)),
        ))
        .execute(connection)
        .map_err(fault::of("images"))?;
    for rendition in &image.renditions {
        diesel::insert_into(image_objects::table)
            .values((
                image_objects::key
                    .eq(ObjectKey::of(image.user, image.id, rendition.variant).as_str()),
                image_objects::image_id.eq(&id),
                image_objects::variant.eq(rendition.variant.name()),
                image_objects::media_type.eq(rendition.encoding.media_type()),
                image_objects::width.eq(i64::from(rendition.width)),
                image_objects::height.eq(i64::from(rendition.height)),
                image_objects::bytes.eq(whole(rendition.bytes)),
                image_objects::digest.eq(rendition.digest.as_bytes().as_slice()),
            ))
            .execute(connection)
            .map_err(fault::of("image_objects"))?;
    }
    Ok(())
}
