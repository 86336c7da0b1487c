//! Tells an administrator whether rows and objects agree.

use super::reap_images::Reaped;
use crate::{Forbidden, Request};
use domain::accounts::images::ObjectKey;
use domain::ids::ImageId;
use futures::stream::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::{ImageCensus, ImageCount, ObjectStore};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers the reaper's last turn for those who ask.
#[derive(Debug, Default)]
pub struct Sweeps(Mutex<Option<(Timestamp, Reaped)>>);

impl Sweeps {
    /// Notes a turn that ended at this instant.
    pub fn note(&self, at: Timestamp, reaped: Reaped) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, reaped));
    }

    /// The last turn of this process.
    #[must_use]
    pub fn last(&self) -> Option<(Timestamp, Reaped)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// Photos by state, and the outbox.
    pub count: ImageCount,
    /// When the reaper last took its turn, and what came of it.
    pub last_sweep: Option<(Timestamp, Reaped)>,
}

/// Why an administrator gets no answer.
#[derive(Debug, thiserror::Error)]
pub enum CheckConsistencyError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Counts photos by state, for admins.
pub struct CheckConsistency {
    /// Counts.
    pub census: Arc<dyn ImageCensus>,
    /// Remembers the reaper.
    pub sweeps: Arc<Sweeps>,
}

impl CheckConsistency {
    /// Counts.
    ///
    /// # Errors
    /// [`CheckConsistencyError`].
    pub async fn run(&self, request: &Request) -> Result<Consistency, CheckConsistencyError> {
        request.caller.must_be_admin()?;
        Ok(Consistency {
            count: self.census.count().await?,
            last_sweep: self.sweeps.last(),
        })
    }
}

/// What comparing rows with objects found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Objects that were looked at.
    pub objects: u64,
    /// Ready photos that were looked at.
    pub images: u64,
    /// Objects of our shape that belong to no photo, up to [`ScanObjects::SHOWN`] of them.
    pub orphans: Vec<ObjectKey>,
    /// How many of those there are.
    pub orphan_count: u64,
    /// Objects that a ready photo lacks, up to [`ScanObjects::SHOWN`] of them.
    pub missing: Vec<ObjectKey>,
    /// How many of those there are.
    pub missing_count: u64,
    /// Objects that are not of our shape; they are left alone.
    pub foreign_count: u64,
    /// Orphans that were deleted; none in a dry run.
    pub deleted: u64,
}

/// Compares every row with every object, for admins.
pub struct ScanObjects {
    /// Knows the rows.
    pub census: Arc<dyn ImageCensus>,
    /// Keeps the objects.
    pub objects: Arc<dyn ObjectStore>,
}

impl ScanObjects {
    /// Keys named in an answer, at most.
    pub const SHOWN: usize = 100;
    const BATCH: usize = 500;

    /// Compares; deletes orphans unless it is a dry run. No upload in flight is an orphan: its row is
    /// there before its first object.
    ///
    /// # Errors
    /// [`CheckConsistencyError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        dry_run: bool,
    ) -> Result<Scan, CheckConsistencyError> {
        request.caller.must_be_admin()?;
        let mut scan = Scan::default();
        let mut batches = self.objects.list(None).try_chunks(Self::BATCH);
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|failed| failed.1)?;
            let keys: Vec<ObjectKey> = batch
                .iter()
                .filter_map(|object| ObjectKey::parse(&object.key).ok())
                .collect();
            scan.objects += count(batch.len());
            scan.foreign_count += count(batch.len() - keys.len());
            self.orphans(&mut scan, keys, dry_run).await?;
        }
        self.missing(&mut scan).await?;
        Ok(scan)
    }

    async fn orphans(
        &self,
        scan: &mut Scan,
        keys: Vec<ObjectKey>,
        dry_run: bool,
    ) -> Result<(), Fault> {
        let known: BTreeSet<ObjectKey> = self.census.known(keys.clone()).await?;
        for key in keys.into_iter().filter(|key| !known.contains(key)) {
            scan.orphan_count += 1;
            if !dry_run {
                self.objects.delete(&key).await?;
                scan.deleted += 1;
            }
            if scan.orphans.len() < Self::SHOWN {
                scan.orphans.push(key);
            }
        }
        Ok(())
    }

    async fn missing(&self, scan: &mut Scan) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let batch = self.census.ready(after, 500).await?;
            let Some((last, _)) = batch.last() else {
                return Ok(());
            };
            after = Some(*last);
            for (image, keys) in batch {
                scan.images += 1;
                for key in keys {
                    // A photo deleted while we look is no contradiction.
                    if !self.objects.exists(&key).await? && self.still_ready(image).await? {
                        tracing::error!(image.id = %image, "a ready photo lacks an object");
                        scan.missing_count += 1;
                        if scan.missing.len() < Self::SHOWN {
                            scan.missing.push(key);
                        }
                    }
                }
            }
        }
    }

    async fn still_ready(&self, image: ImageId) -> Result<bool, Fault> {
        Ok(self.census.ready_among(vec![image]).await?.contains(&image))
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "consistency_tests.rs"]
mod tests;
