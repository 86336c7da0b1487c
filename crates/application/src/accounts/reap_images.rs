//! Clears away uploads that were never finished: a crash, a lost connection, a store that was down.

use super::deliver::clear;
use ports::accounts::{ImageCensus, ImageJanitor, ObjectStore};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Aborts expired uploads, and deletes the objects of aborted ones once no PUT of theirs can land.
pub struct ReapImages {
    /// Knows which objects have to go.
    pub janitor: Arc<dyn ImageJanitor>,
    /// Counts them.
    pub census: Arc<dyn ImageCensus>,
    /// Keeps the objects.
    pub objects: Arc<dyn ObjectStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What one turn of the reaper came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reaped {
    /// Uploads that were aborted.
    pub aborted: u64,
    /// Aborted uploads whose objects were deleted.
    pub cleared: u64,
    /// Objects that were deleted (or were never stored).
    pub objects: u64,
    /// Whether the turn stopped at its bound, with more to do.
    pub stopped: bool,
}

impl ReapImages {
    /// Objects that one turn may delete, however few there are.
    pub const FLOOR: u64 = 100;
    const BATCH: u32 = 100;

    /// One turn. It deletes at most [`ReapImages::FLOOR`] objects, or 1 % of all where that is more: a
    /// reaper that wants to delete more than that is likelier to be wrong than busy.
    ///
    /// # Errors
    /// [`Fault`] at the first thing that fails; the rest is left for the next turn.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<Reaped, Fault> {
        let now = self.clock.now();
        let mut reaped = Reaped {
            aborted: self.janitor.abort_expired(now).await?,
            ..Reaped::default()
        };
        let doomed = self.janitor.reapable(now, Self::BATCH).await?;
        if doomed.is_empty() {
            return Ok(reaped);
        }
        let bound = self.bound().await?;
        for image in doomed {
            if reaped.objects >= bound {
                tracing::warn!(
                    objects = reaped.objects,
                    bound,
                    "the reaper stopped at its bound"
                );
                reaped.stopped = true;
                break;
            }
            let objects = clear(&*self.janitor, &*self.objects, image, self.clock.now()).await?;
            reaped.objects += u64::try_from(objects).unwrap_or(u64::MAX);
            reaped.cleared += 1;
        }
        Ok(reaped)
    }

    async fn bound(&self) -> Result<u64, Fault> {
        let photos: u64 = self
            .census
            .count()
            .await?
            .by_state
            .iter()
            .map(|(_, count)| count)
            .sum();
        let variants =
            u64::try_from(domain::accounts::images::Variant::ALL.len()).unwrap_or(u64::MAX);
        Ok(Self::FLOOR.max(photos.saturating_mul(variants) / 100))
    }
}

#[cfg(test)]
#[path = "reap_images_tests.rs"]
mod tests;
