//! Shows that the trail is the one that was sealed, or where it no longer is.

use super::PAGE;
use domain::seals::{Breach, Folded, Seal};
use ports::Fault;
use ports::digests::Digester;
use ports::seals::{AuditSeals, Tail};
use std::sync::Arc;

/// Goes over the trail from its first seal to its newest, a page at a time, and changes nothing.
pub struct VerifyTrail {
    /// Keeps seals, and reads the trail.
    pub seals: Arc<dyn AuditSeals>,
    /// Condenses rows.
    pub digester: Arc<dyn Digester>,
}

/// A trail that is as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The newest seal: who notes its digest elsewhere notices later that anything up to it was rewritten.
    pub newest: Option<Seal>,
    /// How many rows are sealed.
    pub rows: i64,
    /// Rows above the newest seal, of which nothing is known.
    pub tail: Option<Tail>,
}

/// Why a trail was not found to be as it was sealed.
#[derive(Debug, thiserror::Error)]
pub enum VerifyTrailError {
    /// The first thing that no longer fits.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl VerifyTrail {
    /// Seals are read so many at a time.
    const SEALS: u32 = 100;

    /// Goes over all of it.
    ///
    /// # Errors
    /// [`VerifyTrailError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<Verified, VerifyTrailError> {
        let (mut newest, mut rows): (Option<Seal>, i64) = (None, 0);
        loop {
            let after = newest.as_ref().map_or(i64::MIN, |seal| seal.number);
            let page = self.seals.seals(after, Self::SEALS).await?;
            if page.is_empty() {
                break;
            }
            for seal in page {
                self.judge(&seal, newest.as_ref()).await?;
                rows = rows.saturating_add(seal.row_count);
                newest = Some(seal);
            }
        }
        let after = newest.as_ref().map_or(i64::MIN, |seal| seal.last_seq);
        let tail = self.seals.tail(after).await?;
        Ok(Verified { newest, rows, tail })
    }

    /// The seal first: what it says of its rows is believed only if it fits.
    async fn judge(&self, seal: &Seal, previous: Option<&Seal>) -> Result<(), VerifyTrailError> {
        let sha256 = |bytes: &[u8]| self.digester.sha256(bytes);
        seal.follows(previous, &sha256)?;
        // Whatever stands below the first range was put there.
        let after = previous.map_or(i64::MIN, |seal| seal.last_seq);
        let rows = self.folded(after, seal).await?;
        Ok(seal.stands_for(&rows)?)
    }

    /// The rows of a range, and no more of them than make one too many.
    async fn folded(&self, mut after: i64, seal: &Seal) -> Result<Folded, Fault> {
        let mut folded = Folded::NONE;
        while folded.count() <= seal.row_count {
            let page = self.seals.rows(after, seal.last_seq, PAGE).await?;
            for row in &page {
                folded = folded.with(row, &|bytes| self.digester.sha256(bytes));
                after = row.seq;
            }
            if page.len() < PAGE as usize {
                break;
            }
        }
        Ok(folded)
    }
}

#[cfg(test)]
#[path = "verify_trail_tests.rs"]
mod tests;
