//! A photo's row with its pictures, and what they mean.

use crate::fault;
use crate::instants::micros;
use crate::schema::{image_objects, images};
use diesel::data_types::PgTimestamp;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::images::{Encoding, Image, ImageState, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use ports::Fault;
use std::collections::HashMap;
use stored::Cells;
use stored::cells::whole;
use uuid::Uuid;

/// A photo of the history, or of what was or may be one.
#[derive(Queryable, Selectable)]
#[diesel(table_name = images)]
pub struct Row {
    pub id: Uuid,
    pub user_id: Uuid,
    pub seq: Option<i64>,
    pub bytes: i64,
    pub taken_at: Option<PgTimestamp>,
    pub created_at: PgTimestamp,
    pub deadline: PgTimestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = image_objects)]
struct ObjectRow {
    image_id: Uuid,
    variant: String,
    media_type: String,
    width: i64,
    height: i64,
    bytes: i64,
    digest: Vec<u8>,
}

/// Reads a ready photo of a person.
pub async fn find(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: ImageId,
) -> Result<Option<Image>, Fault> {
    let row = ready(connection, user, id).await?;
    let images = read(connection, row.into_iter().collect()).await?;
    Ok(images.into_iter().next())
}

/// Reads the row of a ready photo of a person.
pub async fn ready(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: ImageId,
) -> Result<Option<Row>, Fault> {
    images::table
        .find(id.uuid())
        .filter(images::user_id.eq(user.uuid()))
        .filter(images::state.eq(ImageState::Ready.name()))
        .select(Row::as_select())
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("images"))
}

/// Reads a person's ready photos, newest first.
pub async fn history(
    connection: &mut AsyncPgConnection,
    user: UserId,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Image>, Fault> {
    let rows = images::table
        .filter(images::user_id.eq(user.uuid()))
        .filter(images::state.eq(ImageState::Ready.name()))
        .filter(images::seq.lt(before.map_or(i64::MAX, whole)))
        .order(images::seq.desc())
        .limit(i64::from(limit))
        .select(Row::as_select())
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    read(connection, rows).await
}

/// Makes photos of rows, in the same order. Their pictures never change, so they need not be of the
/// same moment.
pub async fn read(connection: &mut AsyncPgConnection, rows: Vec<Row>) -> Result<Vec<Image>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let objects: Vec<ObjectRow> = image_objects::table
        .filter(image_objects::image_id.eq_any(ids))
        .select(ObjectRow::as_select())
        .load(connection)
        .await
        .map_err(fault::of("image_objects"))?;
    let mut pictures = HashMap::<Uuid, Vec<Rendition>>::new();
    for object in objects {
        let picture = rendition(&object)?;
        pictures.entry(object.image_id).or_default().push(picture);
    }
    rows.into_iter()
        .map(|row| {
            let mut renditions = pictures.remove(&row.id).unwrap_or_default();
            renditions.sort_unstable_by_key(|rendition| rendition.variant);
            image(&row, renditions)
        })
        .collect()
}

fn image(row: &Row, renditions: Vec<Rendition>) -> Result<Image, Fault> {
    let cells = Cells::of("images", &row.id);
    let seq = cells.known("seq", row.seq)?;
    Ok(Image {
        id: ImageId::new(row.id),
        user: UserId::new(row.user_id),
        seq: cells.whole("seq", seq)?,
        taken_at: cells.maybe_instant("taken_at", row.taken_at.map(micros))?,
        created_at: cells.instant("created_at", micros(row.created_at))?,
        renditions,
    })
}

fn rendition(row: &ObjectRow) -> Result<Rendition, Fault> {
    let cells = Cells::of("image_objects", &row.image_id);
    Ok(Rendition {
        variant: cells.known("variant", Variant::parse(&row.variant))?,
        encoding: cells.known("media_type", Encoding::parse(&row.media_type))?,
        width: cells.whole("width", row.width)?,
        height: cells.whole("height", row.height)?,
        bytes: cells.whole("bytes", row.bytes)?,
        digest: cells.digest("digest", &row.digest)?,
    })
}
