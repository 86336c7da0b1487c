//! How things stand, as the API shows it.

use crate::render::instant;
use application::accounts::{Consistency, Scan};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many photos there are and how far behind the workers are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsistencyView {
    /// Photos by state.
    pub images: BTreeMap<&'static str, u64>,
    /// When the oldest pending upload was reserved.
    #[schema(required, format = DateTime)]
    pub oldest_pending: Option<String>,
    /// Events that wait to be delivered.
    pub outbox_waiting: u64,
    /// When the oldest of them happened.
    #[schema(required, format = DateTime)]
    pub outbox_oldest: Option<String>,
    /// The reaper's last turn in this process.
    #[schema(required)]
    pub last_sweep: Option<SweepView>,
}

/// One turn of the reaper.
#[derive(Debug, Serialize, ToSchema)]
pub struct SweepView {
    /// When it ended.
    #[schema(format = DateTime)]
    pub at: String,
    /// Uploads that were aborted.
    pub aborted: u64,
    /// Aborted uploads whose objects were deleted.
    pub cleared: u64,
    /// Objects that were deleted.
    pub objects: u64,
    /// Whether it stopped at its bound, with more to do.
    pub stopped: bool,
}

impl From<Consistency> for ConsistencyView {
    fn from(now: Consistency) -> Self {
        Self {
            images: now
                .count
                .by_state
                .iter()
                .map(|(state, count)| (state.name(), *count))
                .collect(),
            oldest_pending: now.count.oldest_pending.map(instant),
            outbox_waiting: now.count.outbox_waiting,
            outbox_oldest: now.count.outbox_oldest.map(instant),
            last_sweep: now.last_sweep.map(|(at, reaped)| SweepView {
                at: instant(at),
                aborted: reaped.aborted,
                cleared: reaped.cleared,
                objects: reaped.objects,
                stopped: reaped.stopped,
            }),
        }
    }
}

/// What comparing rows with objects found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanView {
    /// Objects that were looked at.
    pub objects: u64,
    /// Photos that were looked at.
    pub images: u64,
    /// Objects that belong to no photo, the first 100.
    pub orphans: Vec<String>,
    /// How many of those there are.
    pub orphan_count: u64,
    /// Objects that a photo lacks, the first 100.
    pub missing: Vec<String>,
    /// How many of those there are.
    pub missing_count: u64,
    /// Objects that are not ours; they are left alone.
    pub foreign_count: u64,
    /// Orphans that were deleted; none in a dry run.
    pub deleted: u64,
}

impl From<Scan> for ScanView {
    fn from(scan: Scan) -> Self {
        Self {
            objects: scan.objects,
            images: scan.images,
            orphans: scan.orphans.iter().map(ToString::to_string).collect(),
            orphan_count: scan.orphan_count,
            missing: scan.missing.iter().map(ToString::to_string).collect(),
            missing_count: scan.missing_count,
            foreign_count: scan.foreign_count,
            deleted: scan.deleted,
        }
    }
}
