//! The words a policy and its caller have in common.

use std::time::Duration;

/// What an error says about the dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It works, and its answer is no: a failure of the domain. Counts as a success.
    Answered,
    /// It cannot be reached or has no room, and certainly did nothing. Counts against it and may be tried again.
    Passing,
    /// Nobody knows whether it did what it was asked for. Counts against it and is never tried again.
    Uncertain,
    /// It will fail the same way however often it is tried. Neither counted nor tried again.
    Broken,
}

/// Why a policy gave up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The deadline passed while the call waited for its place. It was not sent.
    #[error("there was no time left to begin")]
    Deadline,
    /// The circuit is open. It was not sent.
    #[error("the circuit is open for another {} ms", .retry_after.as_millis())]
    CircuitOpen {
        /// Trying again before this has passed is in vain.
        retry_after: Duration,
    },
    /// Too many calls wait already. It was not sent.
    #[error("too many calls are waiting")]
    Full,
    /// It was sent, and no answer came in time. Whether it was carried out is not known.
    #[error("there was no answer in time")]
    TimedOut,
}

impl Rejection {
    /// Every reason, as labels and log lines call it.
    pub const REASONS: [&'static str; 4] = ["deadline", "circuit_open", "full", "timed_out"];

    /// The word used in labels and log lines.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        let [deadline, circuit_open, full, timed_out] = Self::REASONS;
        match self {
            Self::Deadline => deadline,
            Self::CircuitOpen { .. } => circuit_open,
            Self::Full => full,
            Self::TimedOut => timed_out,
        }
    }

    /// Whether the call may have reached the dependency.
    #[must_use]
    pub const fn was_sent(&self) -> bool {
        match self {
            Self::TimedOut => true,
            Self::Deadline | Self::CircuitOpen { .. } | Self::Full => false,
        }
    }
}
