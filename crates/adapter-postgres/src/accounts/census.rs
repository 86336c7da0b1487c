//! What an administrator asks about photos as a whole.

use super::image_janitor::keys;
use crate::instants::micros;
use crate::schema::{image_objects, images, outbox};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::dsl::{count_star, min};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::images::{ImageState, ObjectKey};
use domain::ids::ImageId;
use ports::Fault;
use ports::accounts::{ImageCensus, ImageCount};
use std::collections::{BTreeSet, HashMap};
use stored::Cells;
use uuid::Uuid;

/// [`ImageCensus`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresImageCensus {
    database: Database,
}

impl PostgresImageCensus {
    /// The census of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ImageCensus for PostgresImageCensus {
    async fn count(&self) -> Result<ImageCount, Fault> {
        self.database
            .read(|connection| Box::pin(count(connection)))
            .await
    }

    async fn known(&self, keys: Vec<ObjectKey>) -> Result<BTreeSet<ObjectKey>, Fault> {
        self.database
            .read(move |connection| Box::pin(known(connection, keys)))
            .await
    }

    async fn ready_among(&self, images: Vec<ImageId>) -> Result<BTreeSet<ImageId>, Fault> {
        self.database
            .read(move |connection| Box::pin(ready_among(connection, images)))
            .await
    }

    async fn ready(
        &self,
        after: Option<ImageId>,
        limit: u32,
    ) -> Result<Vec<(ImageId, Vec<ObjectKey>)>, Fault> {
        self.database
            .read(move |connection| Box::pin(ready(connection, after, limit)))
            .await
    }
}

async fn count(connection: &mut AsyncPgConnection) -> Result<ImageCount, Fault> {
    let found: Vec<(String, i64)> = images::table
        .group_by(images::state)
        .select((images::state, count_star()))
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    let found: HashMap<String, i64> = found.into_iter().collect();
    let by_state = ImageState::ALL.map(|state| {
        let number = found.get(state.name()).copied().unwrap_or_default();
        (state, u64::try_from(number).unwrap_or_default())
    });
    let oldest: Option<PgTimestamp> = images::table
        .filter(images::state.eq(ImageState::Pending.name()))
        .select(min(images::created_at))
        .first(connection)
        .await
        .map_err(fault::of("images"))?;
    let (waiting, since): (i64, Option<PgTimestamp>) = outbox::table
        .select((count_star(), min(outbox::at)))
        .first(connection)
        .await
        .map_err(fault::of("outbox"))?;
    Ok(ImageCount {
        by_state: by_state.to_vec(),
        oldest_pending: Cells::of("images", &"oldest pending")
            .maybe_instant("created_at", oldest.map(micros))?,
        outbox_waiting: u64::try_from(waiting).unwrap_or_default(),
        outbox_oldest: Cells::of("outbox", &"oldest").maybe_instant("at", since.map(micros))?,
    })
}

async fn known(
    connection: &mut AsyncPgConnection,
    wanted: Vec<ObjectKey>,
) -> Result<BTreeSet<ObjectKey>, Fault> {
    let wanted: Vec<&str> = wanted.iter().map(ObjectKey::as_str).collect();
    let found: Vec<String> = image_objects::table
        .inner_join(images::table)
        .filter(image_objects::key.eq_any(wanted))
        .filter(images::state.ne(ImageState::Gone.name()))
        .select(image_objects::key)
        .load(connection)
        .await
        .map_err(fault::of("image_objects"))?;
    let parsed = found.iter().map(|key| {
        let parsed = ObjectKey::parse(key);
        Cells::of("image_objects", key).parsed("key", parsed)
    });
    parsed.collect()
}

async fn ready_among(
    connection: &mut AsyncPgConnection,
    wanted: Vec<ImageId>,
) -> Result<BTreeSet<ImageId>, Fault> {
    let wanted: Vec<Uuid> = wanted.iter().map(|id| id.uuid()).collect();
    let found: Vec<Uuid> = images::table
        .filter(images::id.eq_any(wanted))
        .filter(images::state.eq(ImageState::Ready.name()))
        .select(images::id)
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    Ok(found.into_iter().map(ImageId::new).collect())
}

async fn ready(
    connection: &mut AsyncPgConnection,
    after: Option<ImageId>,
    limit: u32,
) -> Result<Vec<(ImageId, Vec<ObjectKey>)>, Fault> {
    let after = after.map_or_else(Uuid::nil, |after| after.uuid());
    let ids: Vec<Uuid> = images::table
        .filter(images::state.eq(ImageState::Ready.name()))
        .filter(images::id.gt(after))
        .order(images::id)
        .limit(i64::from(limit))
        .select(images::id)
        .load(connection)
        .await
        .map_err(fault::of("images"))?;
    let mut ready = Vec::with_capacity(ids.len());
    for id in ids {
        ready.push((ImageId::new(id), keys(connection, id).await?));
    }
    Ok(ready)
}
