//! The keys that sign access tokens take turns: each is published, signs, and is retired before it goes.
//!
//! Which key does what at an instant follows from the keys that there are and from nothing else, so that all processes
//! that see the same keys agree without a word between them.

use crate::ids::SigningKeyId;
use jiff::{SignedDuration, Timestamp};

/// How long an access token is good for.
pub const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// A key signs for so long, then the next one does.
pub const ROTATED_EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// So long before it signs a key is published. A day is far more than the five minutes for which the answer with the
/// public keys may be cached, so that also who caches it for hours knows the key in time; and a process that cannot read
/// the keys has a day to mend.
pub const PUBLISHED_AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// What clocks may differ by, and how late somebody may hear that a key no longer signs.
pub const LEEWAY: SignedDuration = SignedDuration::from_mins(5);
/// So long after its successor has begun to sign, no token that a key has signed is good any more.
pub const OVERLAP: SignedDuration =
    SignedDuration::from_secs(TOKEN_LIFETIME.as_secs() + LEEWAY.as_secs());
/// Every process that runs knows a new key within this time.
pub const KNOWN_WITHIN: SignedDuration = SignedDuration::from_secs(20);

/// A key, and from when on it may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTerm {
    /// Names the key; public.
    pub id: SigningKeyId,
    /// It signs from then on, until another does.
    pub signs_from: Timestamp,
}

/// What a key is there for at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// To be known by all before it signs.
    Published,
    /// It signs.
    Signing,
    /// Its tokens are still good.
    Retired,
    /// Nothing that it signed is good any more: it can be removed, and what it signs now is no good.
    Over,
}

/// The keys that there are, in the order in which they sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotation(Vec<KeyTerm>);

impl Rotation {
    /// Takes keys in any order.
    #[must_use]
    pub fn of(terms: impl IntoIterator<Item = KeyTerm>) -> Self {
        let mut terms: Vec<KeyTerm> = terms.into_iter().collect();
        terms.sort_unstable_by_key(|term| (term.signs_from, term.id));
        Self(terms)
    }

    /// The keys, in the order in which they sign.
    #[must_use]
    pub fn terms(&self) -> &[KeyTerm] {
        &self.0
    }

    /// The key that signs at this instant: of those that may, the last. Where none may yet the first does, so that an
    /// installation with a key always has one that signs, also by a clock that is behind that of whoever made the key.
    #[must_use]
    pub fn signing(&self, at: Timestamp) -> Option<KeyTerm> {
        self.0.get(self.place(at)).copied()
    }

    /// What this key is there for at this instant; `None` for one that is not there.
    #[must_use]
    pub fn stage(&self, id: SigningKeyId, at: Timestamp) -> Option<Stage> {
        let own = self.0.iter().position(|term| term.id == id)?;
        let signing = self.place(at);
        if own >= signing {
            return Some(if own == signing {
                Stage::Signing
            } else {
                Stage::Published
            });
        }
        let successor = self.0.get(own.saturating_add(1))?;
        Some(if at.duration_since(successor.signs_from) < OVERLAP {
            Stage::Retired
        } else {
            Stage::Over
        })
    }

    /// The keys that can be removed.
    #[must_use]
    pub fn over(&self, at: Timestamp) -> Vec<SigningKeyId> {
        let ids = self.0.iter().map(|term| term.id);
        ids.filter(|id| self.stage(*id, at) == Some(Stage::Over))
            .collect()
    }

    /// From when on the next key signs, if now is the time to make it. Where there is no key that is at once. A key that
    /// should have been made earlier is published for its whole time all the same.
    #[must_use]
    pub fn next(&self, at: Timestamp) -> Option<Timestamp> {
        let Some(newest) = self.0.last() else {
            return Some(at);
        };
        let is_due = at.duration_since(newest.signs_from) >= ROTATED_EVERY - PUBLISHED_AHEAD;
        is_due.then(|| later(newest.signs_from, ROTATED_EVERY).max(later(at, PUBLISHED_AHEAD)))
    }

    /// From when on a key signs that takes over now, after the time that others need to hear of it. Also when the clock
    /// is behind that of whoever made the key that signs.
    #[must_use]
    pub fn taking_over(&self, at: Timestamp, others_need: SignedDuration) -> Timestamp {
        let known = later(at, others_need);
        let after = |signing: KeyTerm| later(signing.signs_from, SignedDuration::from_micros(1));
        self.signing(at)
            .map_or(known, |signing| known.max(after(signing)))
    }

    /// Where the key stands that signs.
    fn place(&self, at: Timestamp) -> usize {
        let due = self.0.partition_point(|term| term.signs_from <= at);
        due.saturating_sub(1)
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "signing_keys_tests.rs"]
mod tests;
