//! A request as a use case sees it, and the commit that a writing one turns it into.

use crate::Caller;
use domain::audit::Audit;
use domain::events::Event;
use jiff::Timestamp;
use ports::{Claim, Commit};

/// Who asks, in which request and trace, and under which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// What the request is called in what is kept of it: 32 hexadecimal digits, the id of its trace.
    pub request_id: String,
    /// The trace it belongs to (W3C Trace Context).
    pub traceparent: Option<String>,
    /// The client's key and what it asks for under it.
    pub idempotency: Option<Claim>,
}

impl Request {
    /// Something that Muster does by itself.
    #[must_use]
    pub fn by_system(request_id: impl Into<String>) -> Self {
        Self {
            caller: Caller::SYSTEM,
            request_id: request_id.into(),
            traceparent: None,
            idempotency: None,
        }
    }

    /// The same request under a key.
    #[must_use]
    pub fn keyed(mut self, claim: Option<Claim>) -> Self {
        self.idempotency = claim;
        self
    }

    /// The why of a change that this request makes.
    #[must_use]
    pub fn commit(&self, at: Timestamp, audit: Vec<Audit>, events: Vec<Event>) -> Commit {
        Commit {
            by: self.caller.principal,
            at,
            request_id: self.request_id.clone(),
            traceparent: self.traceparent.clone(),
            claim: self.idempotency.clone(),
            audit,
            events,
        }
    }
}
