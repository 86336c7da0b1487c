//! First transaction of an upload: room, the key, and the exact objects it is going to have; and giving
//! the room back when its time has run out.

use super::people;
use super::rows::{self, Row};
use crate::instants::{micros, stamp};
use crate::schema::{images, users};
use crate::written::Written;
use crate::{fault, idempotency};
use diesel::sql_types::Uuid as SqlUuid;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::images::{ImageState, ObjectKey, PendingImage, Rendition};
use jiff::Timestamp;
use ports::accounts::{AddedImage, ReserveImageError, Reserved};
use ports::{Commit, Fault};
use stored::cells::{self, whole};
use stored::{Cells, StoredAddedImage};
use uuid::Uuid;

/// Reserves an upload, or answers what is there already.
pub async fn reserve(
    connection: &mut AsyncPgConnection,
    image: &PendingImage,
    quota: u64,
    commit: &Commit,
) -> Result<Reserved, ReserveImageError> {
    let then = idempotency::take::<StoredAddedImage, ReserveImageError>(connection, commit).await?;
    if let Some(then) = then {
        return Ok(Reserved::Replayed(then.added()?));
    }
    let person = people::lock(connection, image.user).await?;
    let person = person.filter(|person| !person.is_of_deleted());
    let person = person.ok_or(ReserveImageError::NoSuchUser)?;
    let mut used = person.room(image.user)?;
    match same_bytes(connection, image).await? {
        Some((ImageState::Ready, row)) => return duplicate(connection, row, commit).await,
        Some((_, row)) if micros(row.deadline) > cells::micros(commit.at) => {
            return Err(ReserveImageError::UploadInFlight);
        }
        Some((_, row)) => {
            abort(connection, &row).await?;
            used = used.saturating_sub(u64::try_from(row.bytes).unwrap_or_default());
        }
        None => {}
    }
    if used.saturating_add(image.bytes()) > quota {
        return Err(ReserveImageError::QuotaExceeded { used, limit: quota });
    }
    insert(connection, image).await?;
    insert_objects(connection, image).await?;
    idempotency::reserve(connection, commit, image.deadline, image.user).await?;
    Ok(Reserved::Pending)
}

/// The pending or ready photo of the same bytes.
async fn same_bytes(
    connection: &mut AsyncPgConnection,
    image: &PendingImage,
) -> Result<Option<(ImageState, Row)>, Fault> {
    let living = [ImageState::Pending.name(), ImageState::Ready.name()];
    let found: Option<(String, Row)> = images::table
        .filter(images::user_id.eq(image.user.uuid()))
        .filter(images::source_digest.eq(image.source.as_bytes().as_slice()))
        .filter(images::state.eq_any(living))
        .select((images::state, Row::as_select()))
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("images"))?;
    let Some((state, row)) = found else {
        return Ok(None);
    };
    let state = Cells::of("images", &row.id).known("state", ImageState::parse(&state))?;
    Ok(Some((state, row)))
}

async fn duplicate(
    connection: &mut AsyncPgConnection,
    row: Row,
    commit: &Commit,
) -> Result<Reserved, ReserveImageError> {
    let broken = || Fault::Broken {
        backend: fault::BACKEND,
        what: "images".to_owned(),
        source: None,
    };
    let image = rows::read(connection, vec![row])
        .await?
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
    )
    .await?;
    Ok(Reserved::Duplicate(added.image))
}

/// `pending → aborted`, the reservation given back.
pub async fn abort(connection: &mut AsyncPgConnection, row: &Row) -> Result<(), Fault> {
    diesel::update(images::table.find(row.id))
        .set(images::state.eq(ImageState::Aborted.name()))
        .execute(connection)
        .await
        .map_err(fault::of("images"))?;
    people::unreserve(connection, row.user_id, row.bytes).await
}

/// `pending → aborted` for every upload whose deadline has passed; answers how many. The people are
/// locked first and in the order of their ids, as everywhere.
pub async fn abort_expired(
    connection: &mut AsyncPgConnection,
    now: Timestamp,
) -> Result<u64, Fault> {
    let people: Vec<Uuid> = Written::<SqlUuid>::begin(
        "SELECT id FROM users WHERE id IN (SELECT user_id FROM images WHERE state = 'pending' AND deadline <= ",
    )
    .instant(stamp(now))
    .sql(") ORDER BY id FOR NO KEY UPDATE")
    .load(connection)
    .await
    .map_err(fault::of("users"))?;
    let rows: Vec<Row> = images::table
        .filter(images::state.eq(ImageState::Pending.name()))
        .filter(images::deadline.le(stamp(now)))
        .filter(images::user_id.eq_any(people))
        .select(Row::as_select())
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    for row in &rows {
        abort(connection, row).await?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

async fn insert(connection: &mut AsyncPgConnection, image: &PendingImage) -> Result<(), Fault> {
    let bytes = whole(image.bytes());
    diesel::update(users::table.find(image.user.uuid()))
        .set(users::image_bytes_reserved.eq(users::image_bytes_reserved + bytes))
        .execute(connection)
        .await
        .map_err(fault::of("users"))?;
    diesel::insert_into(images::table)
        .values((
            images::id.eq(image.id.uuid()),
            images::user_id.eq(image.user.uuid()),
            images::state.eq(ImageState::Pending.name()),
            images::source_digest.eq(image.source.as_bytes().as_slice()),
            images::bytes.eq(bytes),
            images::taken_at.eq(image.taken_at.map(stamp)),
            images::created_at.eq(stamp(image.created_at)),
            images::deadline.eq(stamp(image.deadline)),
        ))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("images"))
}

async fn insert_objects(
    connection: &mut AsyncPgConnection,
    image: &PendingImage,
) -> Result<(), Fault> {
    let texts = |cell: fn(&Rendition) -> &'static str| -> Vec<String> {
        let cells = image.renditions.iter().map(cell);
        cells.map(ToOwned::to_owned).collect()
    };
    let longs =
        |cell: fn(&Rendition) -> i64| -> Vec<i64> { image.renditions.iter().map(cell).collect() };
    let keys = image.renditions.iter().map(|rendition| {
        let key = ObjectKey::of(image.user, image.id, rendition.variant);
        key.as_str().to_owned()
    });
    let digests = image.renditions.iter();
    let digests = digests.map(|rendition| rendition.digest.as_bytes().to_vec());
    let insert = Written::<()>::begin(
        "INSERT INTO image_objects (image_id, key, variant, media_type, width, height, bytes, digest) SELECT ",
    )
    .id(image.id.uuid())
    .sql(", * FROM unnest(")
    .texts(keys.collect::<Vec<_>>())
    .sql(", ")
    .texts(texts(|rendition| rendition.variant.name()))
    .sql(", ")
    .texts(texts(|rendition| rendition.encoding.media_type()))
    .sql(", ")
    .longs(longs(|rendition| i64::from(rendition.width)))
    .sql(", ")
    .longs(longs(|rendition| i64::from(rendition.height)))
    .sql(", ")
    .longs(longs(|rendition| whole(rendition.bytes)))
    .sql(", ")
    .bytes(digests.collect::<Vec<_>>())
    .sql(")");
    let stored = insert.execute(connection).await;
    stored.map(drop).map_err(fault::of("image_objects"))
}
