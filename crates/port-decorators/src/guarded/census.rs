//! Photos as a whole, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::images::ObjectKey;
use domain::ids::ImageId;
use ports::Fault;
use ports::accounts::{ImageCensus, ImageCount};
use std::collections::BTreeSet;

#[async_trait]
impl<P: ImageCensus + ?Sized> ImageCensus for Guarded<P> {
    async fn count(&self) -> Result<ImageCount, Fault> {
        self.read(|census| census.count()).await
    }

    async fn known(&self, keys: Vec<ObjectKey>) -> Result<BTreeSet<ObjectKey>, Fault> {
        self.read(|census| census.known(keys.clone())).await
    }

    async fn ready_among(&self, images: Vec<ImageId>) -> Result<BTreeSet<ImageId>, Fault> {
        self.read(|census| census.ready_among(images.clone())).await
    }

    async fn ready(
        &self,
        after: Option<ImageId>,
        limit: u32,
    ) -> Result<Vec<(ImageId, Vec<ObjectKey>)>, Fault> {
        self.read(|census| census.ready(after, limit)).await
    }
}
