//! What no longer fits, named so that somebody can look at it.

use core::fmt;

/// The rows a seal stands for, by the first and the last place in the trail that it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The number of the seal.
    pub seal: i64,
    /// The first place; no row need stand there.
    pub first_seq: i64,
    /// The last place.
    pub last_seq: i64,
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seal,
            first_seq,
            last_seq,
        } = self;
        write!(formatter, "seal {seal}, rows {first_seq} to {last_seq}")
    }
}

/// Why a trail is not the one that was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The number that should come next is missing, and later ones are there.
    #[error("seal {0}: the seal was removed")]
    SealRemoved(i64),
    /// A number below the first.
    #[error("seal {0}: the seal was added")]
    SealAdded(i64),
    /// The seal does not fit what it says of itself and the seal before it.
    #[error("{0}: the seal was changed, or the one before it was")]
    SealChanged(Range),
    /// There are fewer rows than were sealed.
    #[error("{range}: rows were removed, {found} of {sealed} are there")]
    RowsRemoved {
        /// Where.
        range: Range,
        /// As many were sealed.
        sealed: i64,
        /// As many are there.
        found: i64,
    },
    /// There are more rows than were sealed.
    #[error("{range}: rows were added to the {sealed} that were sealed")]
    RowsAdded {
        /// Where.
        range: Range,
        /// As many were sealed.
        sealed: i64,
    },
    /// There are as many rows as were sealed, and they are not those.
    #[error("{0}: rows were changed")]
    RowsChanged(Range),
}
