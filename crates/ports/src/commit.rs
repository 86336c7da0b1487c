//! The why of a change: who, when, in which request, under which key, and what is to be told to whom.
//!
//! A writing port method takes a [`Commit`] and stores the effect, the audit rows, the idempotency row
//! and the outbox rows in one transaction, or none of them.

use domain::actors::Principal;
use domain::audit::Audit;
use domain::events::Event;
use jiff::{SignedDuration, Timestamp};

/// How long the answer of a keyed request is kept: 24 hours.
pub const CLAIM_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// What a client calls one request, however often it sends it (IETF draft `Idempotency-Key`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// A text that is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an Idempotency-Key has 1 to {} visible ASCII characters",
    IdempotencyKey::MAX_CHARS
)]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// At most this many characters.
    pub const MAX_CHARS: usize = 255;

    /// Parses a key of 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    /// [`IdempotencyKeyError`] for anything else.
    pub fn parse(raw: &str) -> Result<Self, IdempotencyKeyError> {
        let visible = !raw.is_empty()
            && raw.len() <= Self::MAX_CHARS
            && raw.bytes().all(|byte| byte.is_ascii_graphic());
        if visible {
            Ok(Self(raw.to_owned()))
        } else {
            Err(IdempotencyKeyError)
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a request asks for, condensed: two requests under one key must have the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Wraps a text that differs whenever what is asked for differs, and holds no personal data.
    #[must_use]
    pub const fn new(condensed: String) -> Self {
        Self(condensed)
    }

    /// The fingerprint as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The right to apply one keyed request once. Keys of one principal do not meet those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The client's key.
    pub key: IdempotencyKey,
    /// What is asked for under it.
    pub fingerprint: Fingerprint,
}

/// Why a keyed request cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Another request with this key is being carried out right now.
    #[error("a request with this key is being carried out")]
    InFlight,
    /// The key was used for something else within [`CLAIM_LIFETIME`].
    #[error("this key was used for another request")]
    Reused,
}

/// Why a change is made, and what else is stored with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Who caused it.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// In which request; the same id stands in the log and in the answer.
    pub request_id: String,
    /// In which trace (W3C Trace Context), for those who carry the work on.
    pub traceparent: Option<String>,
    /// Under which key, if the request has one.
    pub claim: Option<Claim>,
    /// What the audit trail says. Entries about people to whom nothing was done are not stored.
    pub audit: Vec<Audit>,
    /// What others have to know. Events about people to whom nothing was done are not stored.
    pub events: Vec<Event>,
}

/// What a keyed change came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed<T> {
    /// It was applied just now.
    Fresh(T),
    /// It had been applied under the same key; this is what came of it then.
    Replayed(T),
}

impl<T> Committed<T> {
    /// What came of it, now or then.
    pub fn into_inner(self) -> T {
        match self {
            Self::Fresh(result) | Self::Replayed(result) => result,
        }
    }

    /// Changes what came of it and keeps whether it was now or then.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Committed<U> {
        match self {
            Self::Fresh(result) => Committed::Fresh(change(result)),
            Self::Replayed(result) => Committed::Replayed(change(result)),
        }
    }

    /// Looks at what came of it.
    pub const fn as_ref(&self) -> Committed<&T> {
        match self {
            Self::Fresh(result) => Committed::Fresh(result),
            Self::Replayed(result) => Committed::Replayed(result),
        }
    }

    /// Whether it was applied by an earlier request.
    pub const fn is_replayed(&self) -> bool {
        matches!(self, Self::Replayed(_))
    }
}

#[cfg(test)]
mod tests {
    use super::{Committed, IdempotencyKey, IdempotencyKeyError};

    #[test]
    fn a_key_has_1_to_255_visible_characters() {
        assert!(IdempotencyKey::parse("k").is_ok());
        assert!(IdempotencyKey::parse(&"k".repeat(255)).is_ok());
        for raw in ["", "a b", "kéy", "k\u{7f}", &"k".repeat(256)] {
            assert_eq!(
                IdempotencyKey::parse(raw),
                Err(IdempotencyKeyError),
                "{raw}"
            );
        }
    }

    #[test]
    fn mapping_keeps_whether_it_was_replayed() {
        assert_eq!(
            Committed::Replayed(1).map(|one| one + 1),
            Committed::Replayed(2)
        );
        assert_eq!(Committed::Fresh(1).map(|one| one + 1), Committed::Fresh(2));
        assert!(Committed::Replayed(()).is_replayed() && !Committed::Fresh(()).is_replayed());
    }
}
