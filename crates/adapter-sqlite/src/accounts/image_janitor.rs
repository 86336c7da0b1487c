//! Photos whose objects have to go. Every question is answered by the row's state alone, so that
//! nothing a reader may still see is ever deleted.

use super::images::{abort, expired};
use crate::schema::{image_objects, images};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    SqliteConnection,
};
use domain::accounts::images::{ImageState, ObjectKey, PUT_TIMEOUT};
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::ImageJanitor;
use stored::cells::{self, Cells, micros};

/// [`ImageJanitor`] on SQLite.
#[derive(Clone)]
pub struct SqliteImageJanitor {
    database: Database,
}

impl SqliteImageJanitor {
    /// The janitor of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ImageJanitor for SqliteImageJanitor {
    async fn abort_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        self.database
            .write(move |connection| abort_expired(connection, now))
            .await
    }

    async fn reapable(&self, now: Timestamp, limit: u32) -> Result<Vec<ImageId>, Fault> {
        self.database
            .read(move |connection| reapable(connection, now, limit))
            .await
    }

    async fn doomed(&self, id: ImageId, now: Timestamp) -> Result<Option<Vec<ObjectKey>>, Fault> {
        self.database
            .read(move |connection| doomed(connection, id, now))
            .await
    }

    async fn bury(&self, id: ImageId) -> Result<(), Fault> {
        self.database
            .write(move |connection| bury(connection, id))
            .await
    }

    async fn left_of(&self, user: UserId) -> Result<u64, Fault> {
        let count = move |connection: &mut SqliteConnection| {
            let left: i64 = images::table
                .filter(images::user_id.eq(cells::id(user.uuid())))
                .filter(images::state.ne(ImageState::Gone.name()))
                .count()
                .get_result(connection)
                .map_err(fault::of("images"))?;
            Cells::of("images", &user).whole("count", left)
        };
        self.database.read(count).await
    }

    async fn forget(&self, user: UserId) -> Result<u64, Fault> {
        self.database
            .write(move |connection| forget(connection, user))
            .await
    }
}

/// The latest deadline whose quarantine is over at `now`.
fn over(now: Timestamp) -> i64 {
    micros(now.checked_sub(PUT_TIMEOUT).unwrap_or(Timestamp::MIN))
}

fn abort_expired(connection: &mut SqliteConnection, now: Timestamp) -> Result<u64, Fault> {
    let rows = expired(connection, now)?;
    rows.iter().try_for_each(|row| abort(connection, row))?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

fn reapable(
    connection: &mut SqliteConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ImageId>, Fault> {
    let ids: Vec<Vec<u8>> = images::table
        .filter(images::state.eq(ImageState::Aborted.name()))
        .filter(images::deadline.le(over(now)))
        .order((images::deadline, images::id))
        .limit(i64::from(limit))
        .select(images::id)
        .load(connection)
        .map_err(fault::of("images"))?;
    ids.iter()
        .map(|id| {
            Cells::of("images", &cells::shown(id))
                .id("id", id)
                .map(ImageId::new)
        })
        .collect()
}

fn doomed(
    connection: &mut SqliteConnection,
    id: ImageId,
    now: Timestamp,
) -> Result<Option<Vec<ObjectKey>>, Fault> {
    let aborted = images::state
        .eq(ImageState::Aborted.name())
        .and(images::deadline.le(over(now)));
    let found: Option<Vec<u8>> = images::table
        .find(cells::id(id.uuid()))
        .filter(images::state.eq(ImageState::Deleting.name()).or(aborted))
        .select(images::id)
        .first(connection)
        .optional()
        .map_err(fault::of("images"))?;
    found.map(|id| keys(connection, &id)).transpose()
}

/// The keys of a photo's objects.
pub fn keys(connection: &mut SqliteConnection, id: &[u8]) -> Result<Vec<ObjectKey>, Fault> {
    let keys: Vec<String> = image_objects::table
        .filter(image_objects::image_id.eq(id))
        .order(image_objects::key)
        .select(image_objects::key)
        .load(connection)
        .map_err(fault::of("image_objects"))?;
    let shown = cells::shown(id);
    let cells = Cells::of("image_objects", &shown);
    keys.iter()
        .map(|key| cells.parsed("key", ObjectKey::parse(key)))
        .collect()
}

fn bury(connection: &mut SqliteConnection, id: ImageId) -> Result<(), Fault> {
    let doomed = [ImageState::Aborted.name(), ImageState::Deleting.name()];
    let row = images::table
        .find(cells::id(id.uuid()))
        .filter(images::state.eq_any(doomed));
    diesel::update(row)
        .set(images::state.eq(ImageState::Gone.name()))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("images"))
}

fn forget(connection: &mut SqliteConnection, user: UserId) -> Result<u64, Fault> {
    let gone = || {
        images::table
            .filter(images::user_id.eq(cells::id(user.uuid())))
            .filter(images::state.eq(ImageState::Gone.name()))
    };
    let objects =
        image_objects::table.filter(image_objects::image_id.eq_any(gone().select(images::id)));
    diesel::delete(objects)
        .execute(connection)
        .map_err(fault::of("image_objects"))?;
    let forgotten = diesel::delete(gone())
        .execute(connection)
        .map_err(fault::of("images"))?;
    Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
}
