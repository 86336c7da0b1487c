//! People who are erased, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::User;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::ErasureId;
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::erasures::{BeginErasureError, ErasureRepository};
use ports::{Commit, Fault};

#[async_trait]
impl<P: ErasureRepository + ?Sized> ErasureRepository for Guarded<P> {
    async fn begin(
        &self,
        id: ErasureId,
        blank: &User,
        seen: Version,
        subject: Option<Digest>,
        commit: &Commit,
    ) -> Result<Erasure, BeginErasureError> {
        self.write(|erasures| erasures.begin(id, blank, seen, subject, commit))
            .await
    }

    async fn find(&self, id: ErasureId) -> Result<Option<Erasure>, Fault> {
        self.read(|erasures| erasures.find(id)).await
    }

    async fn unfinished(&self, limit: u32) -> Result<Vec<Erasure>, Fault> {
        self.read(|erasures| erasures.unfinished(limit)).await
    }

    async fn answer(&self, id: ErasureId, answer: &PartAnswer) -> Result<(), Fault> {
        self.repeatable(|erasures| erasures.answer(id, answer))
            .await
    }

    async fn finish(&self, id: ErasureId, at: Timestamp) -> Result<(), Fault> {
        self.repeatable(|erasures| erasures.finish(id, at)).await
    }
}
