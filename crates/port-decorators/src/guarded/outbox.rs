//! Events on their way and answers of keyed requests, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use jiff::Timestamp;
use ports::Fault;
use ports::outbox::{Delivery, IdempotencyJanitor, Outbox};

#[async_trait]
impl<P: Outbox + ?Sized> Outbox for Guarded<P> {
    /// Made once: a second claim would lease other events and leave the first to nobody.
    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.write(|outbox| outbox.claim(now, until, limit)).await
    }

    async fn settle(&self, seq: i64) -> Result<(), Fault> {
        self.repeatable(|outbox| outbox.settle(seq)).await
    }

    async fn defer(&self, seq: i64, until: Timestamp) -> Result<(), Fault> {
        self.repeatable(|outbox| outbox.defer(seq, until)).await
    }
}

#[async_trait]
impl<P: IdempotencyJanitor + ?Sized> IdempotencyJanitor for Guarded<P> {
    async fn forget_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        self.repeatable(|janitor| janitor.forget_expired(now)).await
    }
}
