//! A photo's row with its pictures, and what they mean.

use crate::fault;
use crate::schema::{image_objects, images};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper, SqliteConnection,
};
use domain::accounts::images::{Encoding, Image, ImageState, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;
use ports::Fault;
use std::collections::HashMap;
use stored::cells::{self, Cells, micros, whole};

/// A photo of the history, or of what was or may be one.
#[derive(Queryable, Selectable)]
#[diesel(table_name = images)]
pub struct Row {
    pub id: Vec<u8>,
    pub user_id: Vec<u8>,
    pub seq: Option<i64>,
    pub bytes: i64,
    pub taken_at: Option<i64>,
    pub created_at: i64,
    pub deadline: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = image_objects)]
struct ObjectRow {
    image_id: Vec<u8>,
    variant: String,
    media_type: String,
    width: i64,
    height: i64,
    bytes: i64,
    digest: Vec<u8>,
}

/// As many values as one `IN (…)` gets.
const CHUNK: usize = 500;

/// Reads a ready photo of a person.
pub fn find(
    connection: &mut SqliteConnection,
    user: UserId,
    id: ImageId,
) -> Result<Option<Image>, Fault> {
    let row = ready(connection, user, id)?;
    Ok(read(connection, row.into_iter().collect())?
        .into_iter()
        .next())
}

/// Reads the row of a ready photo of a person.
pub fn ready(
    connection: &mut SqliteConnection,
    user: UserId,
    id: ImageId,
) -> Result<Option<Row>, Fault> {
    images::table
        .find(cells::id(id.uuid()))
        .filter(images::user_id.eq(cells::id(user.uuid())))
        .filter(images::state.eq(ImageState::Ready.name()))
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(fault::of("images"))
}

/// Reads a person's ready photos, newest first.
pub fn history(
    connection: &mut SqliteConnection,
    user: UserId,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Image>, Fault> {
    let rows = images::table
        .filter(images::user_id.eq(cells::id(user.uuid())))
        .filter(images::state.eq(ImageState::Ready.name()))
        .filter(images::seq.lt(before.map_or(i64::MAX, whole)))
        .order(images::seq.desc())
        .limit(i64::from(limit))
        .select(Row::as_select())
        .load(connection)
        .map_err(fault::of("images"))?;
    read(connection, rows)
}

/// Reads the rows of every upload whose deadline has passed.
pub fn expired(connection: &mut SqliteConnection, now: Timestamp) -> Result<Vec<Row>, Fault> {
    images::table
        .filter(images::state.eq(ImageState::Pending.name()))
        .filter(images::deadline.le(micros(now)))
        .select(Row::as_select())
        .load(connection)
        .map_err(fault::of("images"))
}

/// Makes photos of rows, in the same order.
pub fn read(connection: &mut SqliteConnection, rows: Vec<Row>) -> Result<Vec<Image>, Fault> {
    let mut pictures = HashMap::<Vec<u8>, Vec<Rendition>>::new();
    for chunk in rows.chunks(CHUNK) {
        let objects: Vec<ObjectRow> = image_objects::table
            .filter(image_objects::image_id.eq_any(chunk.iter().map(|row| &row.id)))
            .select(ObjectRow::as_select())
            .load(connection)
            .map_err(fault::of("image_objects"))?;
        for object in objects {
            let picture = rendition(&object)?;
            pictures.entry(object.image_id).or_default().push(picture);
        }
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
    let shown = cells::shown(&row.id);
    let cells = Cells::of("images", &shown);
    let seq = cells.known("seq", row.seq)?;
    Ok(Image {
        id: ImageId::new(cells.id("id", &row.id)?),
        user: UserId::new(cells.id("user_id", &row.user_id)?),
        seq: cells.whole("seq", seq)?,
        taken_at: cells.maybe_instant("taken_at", row.taken_at)?,
        created_at: cells.instant("created_at", row.created_at)?,
        renditions,
    })
}

fn rendition(row: &ObjectRow) -> Result<Rendition, Fault> {
    let shown = cells::shown(&row.image_id);
    let cells = Cells::of("image_objects", &shown);
    Ok(Rendition {
        variant: cells.known("variant", Variant::parse(&row.variant))?,
        encoding: cells.known("media_type", Encoding::parse(&row.media_type))?,
        width: cells.whole("width", row.width)?,
        height: cells.whole("height", row.height)?,
        bytes: cells.whole("bytes", row.bytes)?,
        digest: cells.digest("digest", &row.digest)?,
    })
}
