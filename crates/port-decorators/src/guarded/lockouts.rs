//! Failed sign-ins, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::Digest;
use domain::accounts::LockoutTerms;
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::LockoutRepository;

#[async_trait]
impl<P: LockoutRepository + ?Sized> LockoutRepository for Guarded<P> {
    async fn look(&self, subject: &Digest, at: Timestamp) -> Result<Option<Timestamp>, Fault> {
        self.read(|lockouts| lockouts.look(subject, at)).await
    }

    async fn charge(
        &self,
        subject: &Digest,
        terms: &LockoutTerms,
        at: Timestamp,
    ) -> Result<Option<Timestamp>, Fault> {
        self.write(|lockouts| lockouts.charge(subject, terms, at))
            .await
    }

    async fn clear(&self, subject: &Digest) -> Result<(), Fault> {
        self.repeatable(|lockouts| lockouts.clear(subject)).await
    }

    async fn forget(&self, at: Timestamp) -> Result<u64, Fault> {
        self.repeatable(|lockouts| lockouts.forget(at)).await
    }
}
