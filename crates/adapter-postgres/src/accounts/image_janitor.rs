//! Photos whose objects have to go. Every question is answered by the row's state alone, so that
//! nothing a reader may still see is ever deleted.

use super::images::abort_expired;
use crate::instants::stamp;
use crate::schema::{image_objects, images};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::images::{ImageState, ObjectKey, PUT_TIMEOUT};
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::ImageJanitor;
use stored::Cells;
use uuid::Uuid;

/// [`ImageJanitor`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresImageJanitor {
    database: Database,
}

impl PostgresImageJanitor {
    /// The janitor of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ImageJanitor for PostgresImageJanitor {
    async fn abort_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        self.database
            .write(move |connection| Box::pin(abort_expired(connection, now)))
            .await
    }

    async fn reapable(&self, now: Timestamp, limit: u32) -> Result<Vec<ImageId>, Fault> {
        self.database
            .read(move |connection| Box::pin(reapable(connection, now, limit)))
            .await
    }

    async fn doomed(&self, id: ImageId, now: Timestamp) -> Result<Option<Vec<ObjectKey>>, Fault> {
        self.database
            .read(move |connection| Box::pin(doomed(connection, id, now)))
            .await
    }

    async fn bury(&self, id: ImageId) -> Result<(), Fault> {
        self.database
            .write(move |connection| Box::pin(bury(connection, id)))
            .await
    }

    async fn left_of(&self, user: UserId) -> Result<u64, Fault> {
        self.database
            .read(move |connection| Box::pin(left_of(connection, user)))
            .await
    }

    async fn forget(&self, user: UserId) -> Result<u64, Fault> {
        self.database
            .write(move |connection| Box::pin(forget(connection, user)))
            .await
    }
}

/// The latest deadline whose quarantine is over at `now`.
fn over(now: Timestamp) -> PgTimestamp {
    stamp(now.checked_sub(PUT_TIMEOUT).unwrap_or(Timestamp::MIN))
}

async fn reapable(
    connection: &mut AsyncPgConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ImageId>, Fault> {
    let ids: Vec<Uuid> = images::table
        .filter(images::state.eq(ImageState::Aborted.name()))
        .filter(images::deadline.le(over(now)))
        .order((images::deadline, images::id))
        .limit(i64::from(limit))
        .select(images::id)
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    Ok(ids.into_iter().map(ImageId::new).collect())
}

async fn doomed(
    connection: &mut AsyncPgConnection,
    id: ImageId,
    now: Timestamp,
) -> Result<Option<Vec<ObjectKey>>, Fault> {
    let aborted = images::state
        .eq(ImageState::Aborted.name())
        .and(images::deadline.le(over(now)));
    let found: Option<Uuid> = images::table
        .find(id.uuid())
        .filter(images::state.eq(ImageState::Deleting.name()).or(aborted))
        .select(images::id)
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("images"))?;
    match found {
        Some(id) => keys(connection, id).await.map(Some),
        None => Ok(None),
    }
}

/// The keys of a photo's objects.
pub async fn keys(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<ObjectKey>, Fault> {
    let keys: Vec<String> = image_objects::table
        .filter(image_objects::image_id.eq(id))
        .order(image_objects::key)
        .select(image_objects::key)
        .load(connection)
        .await
        .map_err(fault::of("image_objects"))?;
    let cells = Cells::of("image_objects", &id);
    keys.iter()
        .map(|key| cells.parsed("key", ObjectKey::parse(key)))
        .collect()
}

async fn bury(connection: &mut AsyncPgConnection, id: ImageId) -> Result<(), Fault> {
    let doomed = [ImageState::Aborted.name(), ImageState::Deleting.name()];
    let row = images::table
        .find(id.uuid())
        .filter(images::state.eq_any(doomed));
    diesel::update(row)
        .set(images::state.eq(ImageState::Gone.name()))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("images"))
}

async fn left_of(connection: &mut AsyncPgConnection, user: UserId) -> Result<u64, Fault> {
    let left: i64 = images::table
        .filter(images::user_id.eq(user.uuid()))
        .filter(images::state.ne(ImageState::Gone.name()))
        .count()
        .get_result(connection)
        .await
        .map_err(fault::of("images"))?;
    Cells::of("images", &user).whole("count", left)
}

async fn forget(connection: &mut AsyncPgConnection, user: UserId) -> Result<u64, Fault> {
    let gone: Vec<Uuid> = images::table
        .filter(images::user_id.eq(user.uuid()))
        .filter(images::state.eq(ImageState::Gone.name()))
        .select(images::id)
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    diesel::delete(image_objects::table.filter(image_objects::image_id.eq_any(&gone)))
        .execute(connection)
        .await
        .map_err(fault::of("image_objects"))?;
    let forgotten = diesel::delete(images::table.filter(images::id.eq_any(&gone)))
        .execute(connection)
        .await
        .map_err(fault::of("images"))?;
    Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
}
