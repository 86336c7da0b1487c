//! What others have to be told, kept in the database until they know it.

use crate::Fault;
use async_trait::async_trait;
use domain::events::Event;
use jiff::Timestamp;

/// An event on its way, leased to one worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Names the row; greater for later events.
    pub seq: i64,
    /// What happened.
    pub event: Event,
    /// When.
    pub at: Timestamp,
    /// In which request.
    pub request_id: String,
    /// In which trace.
    pub traceparent: Option<String>,
    /// How often it was handed out before this time.
    pub attempts: u32,
}

/// Hands out events until they are settled: each at least once, oldest first.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leases up to `limit` events that are due at `now` and leased to nobody. Until `until` nobody
    /// else gets them; after that anybody may, since this worker may have died.
    ///
    /// # Errors
    /// [`Fault`] when the outbox cannot be read or written.
    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault>;

    /// Forgets an event that has been delivered. An unknown one is no error.
    ///
    /// # Errors
    /// [`Fault`] when the outbox cannot be written.
    async fn settle(&self, seq: i64) -> Result<(), Fault>;

    /// Gives an event back, to be handed out again from `until` on.
    ///
    /// # Errors
    /// [`Fault`] when the outbox cannot be written.
    async fn defer(&self, seq: i64, until: Timestamp) -> Result<(), Fault>;
}

/// Forgets the answers of keyed requests once nobody may ask for them any more.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IdempotencyJanitor: Send + Sync {
    /// Forgets every answer and reservation that is void at `now`; answers how many.
    ///
    /// # Errors
    /// [`Fault`] when they cannot be written.
    async fn forget_expired(&self, now: Timestamp) -> Result<u64, Fault>;
}
