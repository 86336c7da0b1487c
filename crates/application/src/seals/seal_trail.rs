//! Puts the next seal on the trail.

use super::PAGE;
use domain::seals::{Folded, Seal};
use ports::digests::Digester;
use ports::seals::AuditSeals;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Seals rows that are settled, oldest first.
pub struct SealTrail {
    /// Keeps seals, and reads the trail.
    pub seals: Arc<dyn AuditSeals>,
    /// Condenses rows.
    pub digester: Arc<dyn Digester>,
    /// Tells when.
    pub clock: Arc<dyn Clock>,
}

/// What one turn came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Rows that have a seal now.
    pub rows: i64,
    /// Whether there may be more to seal at once.
    pub more: bool,
}

impl SealTrail {
    /// One turn: one seal over at most [`Seal::MOST_ROWS`] rows, in one transaction. Seals nothing where nothing is
    /// settled, or another process has just sealed.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read or the seal cannot be stored; the next turn begins anew.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<Sealed, Fault> {
        let Some(settled) = self.seals.settled().await? else {
            return Ok(Sealed::default());
        };
        let newest = self.seals.newest().await?;
        let after = newest
            .as_ref()
            .map_or(Seal::FIRST_SEQ.saturating_sub(1), |seal| seal.last_seq);
        let rows = self.folded(after, settled).await?;
        let sha256 = |bytes: &[u8]| self.digester.sha256(bytes);
        let seal = Seal::over(&rows, newest.as_ref(), self.clock.now(), &sha256);
        match seal {
            Some(seal) if self.seals.add(&seal).await? => Ok(Sealed {
                rows: rows.count(),
                more: rows.count() >= i64::from(Seal::MOST_ROWS),
            }),
            Some(_) | None => Ok(Sealed::default()),
        }
    }

    async fn folded(&self, mut after: i64, settled: i64) -> Result<Folded, Fault> {
        let (mut folded, mut room) = (Folded::NONE, Seal::MOST_ROWS);
        while room > 0 {
            let asked = room.min(PAGE);
            let page = self.seals.rows(after, settled, asked).await?;
            for row in &page {
                folded = folded.with(row, &|bytes| self.digester.sha256(bytes));
                after = row.seq;
            }
            let read = u32::try_from(page.len()).unwrap_or(u32::MAX);
            if read < asked {
                break;
            }
            room = room.saturating_sub(read);
        }
        Ok(folded)
    }
}

#[cfg(test)]
#[path = "seal_trail_tests.rs"]
pub(super) mod tests;
