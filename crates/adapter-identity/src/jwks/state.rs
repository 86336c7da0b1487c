//! What is known of an issuer's keys, since when, and when it may be asked again.
//!
//! Pure: the time comes from the caller of the port, so that the rules can be tested to the second.

use super::fetch::FetchError;
use super::key_set::KeySet;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// The issuer is asked at most once in this time, whoever asks and whatever they bring: an unknown
/// name of a key is free to make up. It is how late a new key can be, if it was asked just before.
pub const COOLDOWN: SignedDuration = SignedDuration::from_secs(10);
/// How often the issuer is asked without a need: how long a key can be believed after it was removed.
pub const REFRESH_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Older keys are not used before the issuer was asked again, if it answers: nobody has come for long.
const UNASKED: SignedDuration = SignedDuration::from_mins(10);
/// How long good keys are good while the issuer does not answer. A day: an outage over a night signs
/// nobody out who has a token, and whoever can keep us from the issuer cannot keep a stolen key alive
/// for longer.
pub const KEPT_WHILE_DOWN: SignedDuration = SignedDuration::from_hours(24);

/// What is known. `Default` is nothing.
#[derive(Debug, Default)]
pub struct State {
    pub keys: Arc<KeySet>,
    /// Why the last question was not answered, if it was not.
    pub failure: Option<Arc<FetchError>>,
    /// Whether it is being asked.
    pub is_asking: bool,
    fetched_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl State {
    /// Whether it may be asked, for a need.
    pub fn may_ask(&self, at: Timestamp) -> bool {
        !self.is_asking && is_past(self.asked_at, COOLDOWN, at)
    }

    /// Whether it should be asked, need or not. A question that was not answered is soon repeated.
    pub fn is_due(&self, at: Timestamp) -> bool {
        let pause = match self.failure {
            Some(_) => COOLDOWN,
            None => REFRESH_EVERY,
        };
        !self.is_asking && is_past(self.asked_at, pause, at)
    }

    /// Whether the keys are not to be used before the issuer was asked. Not while it does not answer:
    /// then nobody waits for it again and again.
    pub fn is_unasked(&self, at: Timestamp) -> bool {
        self.failure.is_none() && is_past(self.fetched_at, UNASKED, at)
    }

    /// Whether there are keys that may be used.
    pub fn has_keys(&self, at: Timestamp) -> bool {
        self.keys.len() > 0 && !is_past(self.fetched_at, KEPT_WHILE_DOWN, at)
    }

    /// The question is asked.
    pub fn ask(&mut self, at: Timestamp) {
        self.is_asking = true;
        self.asked_at = Some(at);
    }

    /// The question was answered, or was not. What was answered is as old as the question.
    pub fn land(&mut self, answer: Result<KeySet, FetchError>) {
        self.is_asking = false;
        match answer {
            Ok(keys) => {
                self.keys = Arc::new(keys);
                self.fetched_at = self.asked_at;
                self.failure = None;
            }
            Err(failure) => self.failure = Some(Arc::new(failure)),
        }
    }
}

/// Whether `pause` is over since then, also when the clock was put back since.
fn is_past(since: Option<Timestamp>, pause: SignedDuration, at: Timestamp) -> bool {
    since.is_none_or(|since| at.duration_since(since).abs() >= pause)
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
