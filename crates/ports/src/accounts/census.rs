//! Counting and comparing: does the database know exactly the objects that are there?

use crate::Fault;
use async_trait::async_trait;
use domain::accounts::images::{ImageState, ObjectKey};
use domain::ids::ImageId;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How many photos there are and how far behind the workers are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageCount {
    /// Photos by state; states without photos have an entry of 0.
    pub by_state: Vec<(ImageState, u64)>,
    /// When the oldest pending upload was reserved.
    pub oldest_pending: Option<Timestamp>,
    /// Events that wait in the outbox.
    pub outbox_waiting: u64,
    /// When the oldest of them happened.
    pub outbox_oldest: Option<Timestamp>,
}

/// Answers what an administrator asks about photos as a whole.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ImageCensus: Send + Sync {
    /// Counts photos and waiting events.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn count(&self) -> Result<ImageCount, Fault>;

    /// Which of these keys belong to a photo that is not gone.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn known(&self, keys: Vec<ObjectKey>) -> Result<BTreeSet<ObjectKey>, Fault>;

    /// Which of these photos are ready.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn ready_among(&self, images: Vec<ImageId>) -> Result<BTreeSet<ImageId>, Fault>;

    /// Lists up to `limit` ready photos in the order of their ids, those after `after` only, with the
    /// keys of their objects.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn ready(
        &self,
        after: Option<ImageId>,
        limit: u32,
    ) -> Result<Vec<(ImageId, Vec<ObjectKey>)>, Fault>;
}
