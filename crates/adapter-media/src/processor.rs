//! The picture port: admits as many pictures at a time as there is memory for, and survives all of them.

use crate::variants;
use async_trait::async_trait;
use ports::Fault;
use ports::accounts::{
    DecodeBusy, DecodePermit, ImageProcessor, ProcessImageError, Processed, Spooled,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Bytes of memory that one picture may take at its peak. Measured with the largest that are admitted
/// (`tests/memory.rs`): 150 MiB for a JPEG, 250 for a WebP, 423 for a progressive JPEG.
pub const PEAK_BYTES: u64 = 512 * 1024 * 1024;

/// Decodes, orients and re-encodes pictures in the blocking pool.
#[derive(Debug)]
pub struct PictureProcessor {
    /// As many as may be worked on at once: memory and cores.
    rooms: Arc<Semaphore>,
    /// As many as may be received, wait or be worked on. Memory is not theirs yet, so that somebody
    /// who sends slowly keeps nobody else from decoding.
    places: Arc<Semaphore>,
}

impl PictureProcessor {
    /// Works on `at_once` pictures at a time, at least one, while up to `waiting` more are received or
    /// wait. Each that is worked on may take [`PEAK_BYTES`].
    #[must_use]
    pub fn new(at_once: usize, waiting: usize) -> Self {
        let rooms = at_once.clamp(1, Semaphore::MAX_PERMITS / 2);
        let places = rooms + waiting.min(Semaphore::MAX_PERMITS / 2);
        Self {
            rooms: Arc::new(Semaphore::new(rooms)),
            places: Arc::new(Semaphore::new(places)),
        }
    }
}

#[async_trait]
impl ImageProcessor for PictureProcessor {
    fn admit(&self) -> Result<DecodePermit, DecodeBusy> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map(DecodePermit::new).map_err(|_full| DecodeBusy)
    }

    async fn process(
        &self,
        permit: DecodePermit,
        source: Spooled,
    ) -> Result<Processed, ProcessImageError> {
        let room = Arc::clone(&self.rooms).acquire_owned().await;
        let room = room.map_err(|closed| Fault::unavailable("media", closed))?;
        let work = spawn_blocking(move || {
            // Moved in: a caller that goes away stops neither the work nor the need for its memory.
            let _held = (permit, room);
            process(&source)
        });
        work.await
            .map_err(|lost| Fault::unavailable("media", lost))?
    }
}

fn process(source: &Spooled) -> Result<Processed, ProcessImageError> {
    let upload =
        std::fs::read(source.file.path()).map_err(|error| Fault::unavailable("media", error))?;
    // The decoders are memory-safe and fuzzed, yet a panic in one is an answer and no outage.
    catch_unwind(AssertUnwindSafe(|| variants::make(&upload)))
        .unwrap_or_else(|_panic| Err(ProcessImageError::Corrupt("the decoder gave up".into())))
}
