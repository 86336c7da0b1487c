//! What an administrator asks about photos as a whole.

use super::image_janitor::keys;
use crate::schema::{image_objects, images, outbox};
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::dsl::{count_star, min};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::accounts::images::{ImageState, ObjectKey};
use domain::ids::ImageId;
use ports::Fault;
use ports::accounts::{ImageCensus, ImageCount};
use std::collections::{BTreeSet, HashMap};
use stored::cells::{self, Cells};

/// [`ImageCensus`] on SQLite.
#[derive(Clone)]
pub struct SqliteImageCensus {
    database: Database,
}

impl SqliteImageCensus {
    /// The census of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

/// As many values as one `IN (…)` gets.
const CHUNK: usize = 500;

#[async_trait]
impl ImageCensus for SqliteImageCensus {
    async fn count(&self) -> Result<ImageCount, Fault> {
        self.database.read(count).await
    }

    async fn known(&self, keys: Vec<ObjectKey>) -> Result<BTreeSet<ObjectKey>, Fault> {
        self.database
            .read(move |connection| known(connection, &keys))
            .await
    }

    async fn ready_among(&self, images: Vec<ImageId>) -> Result<BTreeSet<ImageId>, Fault> {
        self.database
            .read(move |connection| ready_among(connection, &images))
            .await
    }

    async fn ready(
        &self,
        after: Option<ImageId>,
        limit: u32,
    ) -> Result<Vec<(ImageId, Vec<ObjectKey>)>, Fault> {
        self.database
            .read(move |connection| ready(connection, after, limit))
            .await
    }
}

fn count(connection: &mut SqliteConnection) -> Result<ImageCount, Fault> {
    let found: Vec<(String, i64)> = images::table
        .group_by(images::state)
        .select((images::state, count_star()))
        .load(connection)
        .map_err(fault::of("images"))?;
    let found: HashMap<String, i64> = found.into_iter().collect();
    let by_state = ImageState::ALL.map(|state| {
        let number = found.get(state.name()).copied().unwrap_or_default();
        (state, u64::try_from(number).unwrap_or_default())
    });
    let oldest: Option<i64> = images::table
        .filter(images::state.eq(ImageState::Pending.name()))
        .select(min(images::created_at))
        .first(connection)
        .map_err(fault::of("images"))?;
    let (waiting, since): (i64, Option<i64>) = outbox::table
        .select((count_star(), min(outbox::at)))
        .first(connection)
        .map_err(fault::of("outbox"))?;
    Ok(ImageCount {
        by_state: by_state.to_vec(),
        oldest_pending: Cells::of("images", &"oldest pending")
            .maybe_instant("created_at", oldest)?,
        outbox_waiting: u64::try_from(waiting).unwrap_or_default(),
        outbox_oldest: Cells::of("outbox", &"oldest").maybe_instant("at", since)?,
    })
}

fn known(
    connection: &mut SqliteConnection,
    keys: &[ObjectKey],
) -> Result<BTreeSet<ObjectKey>, Fault> {
    let mut known = BTreeSet::new();
    for chunk in keys.chunks(CHUNK) {
        let found: Vec<String> = image_objects::table
            .inner_join(images::table)
            .filter(image_objects::key.eq_any(chunk.iter().map(ObjectKey::as_str)))
            .filter(images::state.ne(ImageState::Gone.name()))
            .select(image_objects::key)
            .load(connection)
            .map_err(fault::of("image_objects"))?;
        for key in found {
            let parsed = ObjectKey::parse(&key);
            known.insert(Cells::of("image_objects", &key).parsed("key", parsed)?);
        }
    }
    Ok(known)
}

fn ready_among(
    connection: &mut SqliteConnection,
    wanted: &[ImageId],
) -> Result<BTreeSet<ImageId>, Fault> {
    let mut ready = BTreeSet::new();
    for chunk in wanted.chunks(CHUNK) {
        let found: Vec<Vec<u8>> = images::table
            .filter(images::id.eq_any(chunk.iter().map(|id| cells::id(id.uuid()))))
            .filter(images::state.eq(ImageState::Ready.name()))
            .select(images::id)
            .load(connection)
            .map_err(fault::of("images"))?;
        for id in found {
            let id = Cells::of("images", &cells::shown(&id)).id("id", &id)?;
            ready.insert(ImageId::new(id));
        }
    }
    Ok(ready)
}

fn ready(
    connection: &mut SqliteConnection,
    after: Option<ImageId>,
    limit: u32,
) -> Result<Vec<(ImageId, Vec<ObjectKey>)>, Fault> {
    let ids: Vec<Vec<u8>> = images::table
        .filter(images::state.eq(ImageState::Ready.name()))
        .filter(images::id.gt(after.map_or_else(Vec::new, |after| cells::id(after.uuid()))))
        .order(images::id)
        .limit(i64::from(limit))
        .select(images::id)
        .load(connection)
        .map_err(fault::of("images"))?;
    ids.iter()
        .map(|id| {
            let image = Cells::of("images", &cells::shown(id))
                .id("id", id)
                .map(ImageId::new)?;
            Ok((image, keys(connection, id)?))
        })
        .collect()
}
