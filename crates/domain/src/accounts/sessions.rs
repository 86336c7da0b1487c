//! A device that a person signed in with: how long it stays, and which of its refresh tokens is the living one.

use crate::Pii;
use crate::ids::{SessionId, UserId};
use crate::text;
use jiff::{SignedDuration, Timestamp};

/// What a client says of itself, for its person to tell their devices apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client(Pii<String>);

impl Client {
    /// At most this many characters; what is longer is cut.
    pub const MAX_CHARS: usize = 200;

    /// Reads a `User-Agent`; `None` where it says nothing that may be stored.
    #[must_use]
    pub fn read(raw: &str) -> Option<Self> {
        let cut: String = raw.trim().chars().take(Self::MAX_CHARS).collect();
        let line = text::line(&cut, Self::MAX_CHARS).ok()?;
        Some(Self(Pii::new(line)))
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A signed-in device.
///
/// Each refresh token has a number; presenting the living one makes the next number the living one. So a
/// token that somebody else used before is noticed when its owner comes with the same number (RFC 9700, 4.14.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names the session.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// What the client says of itself.
    pub client: Option<Client>,
    /// The number of the living refresh token, from 1.
    pub generation: u32,
    /// When somebody signed in.
    pub started_at: Timestamp,
    /// When the living token was given out.
    pub rotated_at: Timestamp,
}

/// What presenting a refresh token comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// It is the living one: the next is given out.
    Living,
    /// It was the living one until just now: whoever asked twice gets the same successor twice.
    JustReplaced,
    /// It was replaced longer ago: two have it, and nobody knows which of them is the thief.
    Reused,
    /// The session has ended by itself.
    Over,
}

impl Session {
    /// How long a refresh token is good for when it is not used.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
    /// How long a replaced token still gets its successor: for answers that were lost and requests that
    /// were sent twice.
    pub const GRACE: SignedDuration = SignedDuration::from_secs(30);
    /// As many devices a person has at most; one more ends the one that was quiet for longest.
    pub const MOST: usize = 100;

    /// Begins a session.
    #[must_use]
    pub const fn begin(id: SessionId, user: UserId, client: Option<Client>, at: Timestamp) -> Self {
        Self {
            id,
            user,
            client,
            generation: 1,
            started_at: at,
            rotated_at: at,
        }
    }

    /// From when on it is over unless its token is used before.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.rotated_at
            .checked_add(Self::LIFETIME)
            .unwrap_or(Timestamp::MAX)
    }

    /// What presenting the token of this number comes to.
    #[must_use]
    pub fn presented(&self, generation: u32, at: Timestamp) -> Presented {
        let replaced = self.rotated_at.checked_add(Self::GRACE);
        let replaced_just_now = at < replaced.unwrap_or(Timestamp::MAX);
        if at >= self.expires_at() || generation > self.generation {
            Presented::Over
        } else if generation == self.generation {
            Presented::Living
        } else if generation + 1 == self.generation && replaced_just_now {
            Presented::JustReplaced
        } else {
            Presented::Reused
        }
    }

    /// The same session with the next number; `None` when there is none, after four thousand million.
    #[must_use]
    pub fn rotated(self, at: Timestamp) -> Option<Self> {
        let generation = self.generation.checked_add(1)?;
        Some(Self {
            generation,
            rotated_at: at,
            ..self
        })
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
