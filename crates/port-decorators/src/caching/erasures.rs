//! The repository of erasures, which blanks people's rows.

use super::UserEntries;
use async_trait::async_trait;
use core::fmt;
use domain::accounts::User;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::ErasureId;
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::erasures::{BeginErasureError, ErasureRepository};
use ports::{Commit, Fault};
use std::sync::Arc;

/// Makes the cache forget whom an erasure has blanked.
pub struct CachedErasures {
    inner: Arc<dyn ErasureRepository>,
    entries: Arc<UserEntries>,
}

impl CachedErasures {
    /// Wraps a repository; `entries` are those of [`super::CachedUsers`].
    pub fn new(inner: Arc<dyn ErasureRepository>, entries: Arc<UserEntries>) -> Self {
        Self { inner, entries }
    }
}

#[async_trait]
impl ErasureRepository for CachedErasures {
    async fn begin(
        &self,
        id: ErasureId,
        blank: &User,
        seen: Version,
        subject: Option<Digest>,
        commit: &Commit,
    ) -> Result<Erasure, BeginErasureError> {
        let begun = self.inner.begin(id, blank, seen, subject, commit).await;
        match &begun {
            // One that was there already has written nothing now.
            Ok(erasure) if erasure.id == id => {
                self.entries.written(blank.id, blank.version).await;
            }
            Ok(_)
            | Err(
                BeginErasureError::Outdated(_) | BeginErasureError::Fault(Fault::Uncertain { .. }),
            ) => self.entries.forget(blank.id).await,
            Err(_) => {}
        }
        begun
    }

    async fn find(&self, id: ErasureId) -> Result<Option<Erasure>, Fault> {
        self.inner.find(id).await
    }

    async fn unfinished(&self, limit: u32) -> Result<Vec<Erasure>, Fault> {
        self.inner.unfinished(limit).await
    }

    async fn answer(&self, id: ErasureId, answer: &PartAnswer) -> Result<(), Fault> {
        self.inner.answer(id, answer).await
    }

    async fn finish(&self, id: ErasureId, at: Timestamp) -> Result<(), Fault> {
        self.inner.finish(id, at).await
    }
}

impl fmt::Debug for CachedErasures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CachedErasures")
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "erasures_tests.rs"]
mod tests;
