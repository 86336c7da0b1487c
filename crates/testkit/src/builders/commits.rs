//! Commits: why a change is made.

use super::moment;
use domain::actors::Principal;
use domain::audit::Audit;
use domain::events::Event;
use jiff::Timestamp;
use ports::{Claim, Commit, Fingerprint, IdempotencyKey};

/// A commit by Muster itself at [`moment`] 0, without a key, an audit entry or an event.
#[must_use]
pub fn a_commit() -> Commit {
    Commit {
        by: Principal::System,
        at: moment(0),
        request_id: "a-request".to_owned(),
        traceparent: None,
        claim: None,
        audit: Vec::new(),
        events: Vec::new(),
    }
}

/// Says what matters of a commit.
pub trait CommitWith: Sized {
    /// Made by somebody.
    #[must_use]
    fn by(self, principal: Principal) -> Self;
    /// Made at an instant.
    #[must_use]
    fn at(self, at: Timestamp) -> Self;
    /// Made under a key, asking for something.
    #[must_use]
    fn keyed(self, key: &str, fingerprint: &str) -> Self;
    /// With an entry for the audit trail.
    #[must_use]
    fn saying(self, entry: Audit) -> Self;
    /// With an event for the outbox.
    #[must_use]
    fn telling(self, event: Event) -> Self;
}

impl CommitWith for Commit {
    fn by(mut self, principal: Principal) -> Self {
        self.by = principal;
        self
    }

    fn at(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    fn keyed(mut self, key: &str, fingerprint: &str) -> Self {
        let key = IdempotencyKey::parse(key).expect("is a key");
        let fingerprint = Fingerprint::new(fingerprint.to_owned());
        self.claim = Some(Claim { key, fingerprint });
        self
    }

    fn saying(mut self, entry: Audit) -> Self {
        self.audit.push(entry);
        self
    }

    fn telling(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }
}
