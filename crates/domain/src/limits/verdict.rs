//! What somebody who asked is told, with all that a client needs in order to behave.

use core::time::Duration;

/// Whether a request may go on, and how its bucket stands after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may.
    pub admission: Admission,
    /// The most there can be at once: the burst.
    pub limit: u32,
    /// How many requests could be admitted right now.
    pub remaining: u32,
    /// When all of the burst is there again, if nobody asks.
    pub reset_after: Duration,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may go on.
    Allowed,
    /// It may not.
    Refused {
        /// When the same would be admitted, if nobody asks meanwhile; never, when it costs more than a burst.
        retry_after: Option<Duration>,
    },
}

impl Verdict {
    /// Whether the request may go on.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self.admission, Admission::Allowed)
    }

    /// When to ask again, for who was refused and can be admitted at all.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self.admission {
            Admission::Allowed => None,
            Admission::Refused { retry_after } => retry_after,
        }
    }
}
