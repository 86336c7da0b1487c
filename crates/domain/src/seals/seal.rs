//! One seal: what it says of its rows, and how it hangs on the one before it.

use super::{Breach, Range, TrailRow};
use crate::Digest;
use jiff::Timestamp;

/// What a digest over nothing is taken to be: before the first seal, and before the first row of a range.
const NOTHING: Digest = Digest::new([0; 32]);

/// What the bytes of a seal begin with, its version last.
const LABEL: &[u8] = b"muster audit seal\x01";

/// Rows of a range one after the other, condensed as they come: as many may pass as there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    count: i64,
    last_seq: i64,
    digest: Digest,
}

impl Folded {
    /// No row yet.
    pub const NONE: Self = Self {
        count: 0,
        last_seq: i64::MIN,
        digest: NOTHING,
    };

    /// One row more: SHA-256 over what came before it and its encoding.
    #[must_use]
    pub fn with(self, row: &TrailRow, sha256: &dyn Fn(&[u8]) -> Digest) -> Self {
        let mut bytes = self.digest.as_bytes().to_vec();
        bytes.extend(row.encoded());
        Self {
            count: self.count.saturating_add(1),
            last_seq: row.seq,
            digest: sha256(&bytes),
        }
    }

    /// How many rows there were.
    #[must_use]
    pub const fn count(&self) -> i64 {
        self.count
    }

    /// The place of the last of them.
    #[must_use]
    pub fn last_seq(&self) -> Option<i64> {
        (self.count > 0).then_some(self.last_seq)
    }
}

/// A seal as it is stored, believed only as far as it fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// 1, 2, 3, … without a gap.
    pub number: i64,
    /// In which way its rows and itself were encoded: [`Seal::ENCODING`].
    pub encoding: i64,
    /// The place after the last one of the seal before it: ranges leave no place between them.
    pub first_seq: i64,
    /// The place of its last row.
    pub last_seq: i64,
    /// How many rows there are in the range. Places without a row are common: a transaction that was rolled back leaves one.
    pub row_count: i64,
    /// When it was set, in microseconds since 1970-01-01T00:00:00Z.
    pub sealed_at_us: i64,
    /// Condensed rows.
    pub rows_digest: Digest,
    /// SHA-256 over all of the above and the digest of the seal before it.
    pub digest: Digest,
}

impl Seal {
    /// The one way of encoding there is so far.
    pub const ENCODING: i64 = 1;
    /// The place of the first row of a trail.
    pub const FIRST_SEQ: i64 = 1;
    /// A seal stands for at most this many rows, so that neither setting nor verifying one takes long.
    pub const MOST_ROWS: u32 = 10_000;

    /// The seal that comes next, over rows that begin where the one before it ends; `None` when there are no rows.
    #[must_use]
    pub fn over(
        rows: &Folded,
        previous: Option<&Self>,
        at: Timestamp,
        sha256: &dyn Fn(&[u8]) -> Digest,
    ) -> Option<Self> {
        let unsigned = Self {
            number: Self::number_after(previous),
            encoding: Self::ENCODING,
            first_seq: Self::first_seq_after(previous),
            last_seq: rows.last_seq()?,
            row_count: rows.count,
            sealed_at_us: at.as_microsecond(),
            rows_digest: rows.digest,
            digest: NOTHING,
        };
        let digest = sha256(&unsigned.encoded(previous));
        Some(Self { digest, ..unsigned })
    }

    /// Whether the seal is the one that comes after `previous`, by its number, its place and its digest.
    ///
    /// # Errors
    /// [`Breach`] names what is wrong with seals.
    pub fn follows(
        &self,
        previous: Option<&Self>,
        sha256: &dyn Fn(&[u8]) -> Digest,
    ) -> Result<(), Breach> {
        let expected = Self::number_after(previous);
        if self.number > expected {
            return Err(Breach::SealRemoved(expected));
        }
        if self.number < expected {
            return Err(Breach::SealAdded(self.number));
        }
        let fits = self.encoding == Self::ENCODING
            && self.first_seq == Self::first_seq_after(previous)
            && self.digest == sha256(&self.encoded(previous));
        if fits {
            Ok(())
        } else {
            Err(Breach::SealChanged(self.range()))
        }
    }

    /// Whether these are the rows that were sealed.
    ///
    /// # Errors
    /// [`Breach`] names what is wrong with rows.
    pub fn stands_for(&self, rows: &Folded) -> Result<(), Breach> {
        let (range, sealed) = (self.range(), self.row_count);
        if rows.count < sealed {
            let found = rows.count;
            return Err(Breach::RowsRemoved {
                range,
                sealed,
                found,
            });
        }
        if rows.count > sealed {
            return Err(Breach::RowsAdded { range, sealed });
        }
        if rows.digest == self.rows_digest {
            Ok(())
        } else {
            Err(Breach::RowsChanged(range))
        }
    }

    /// Which rows it stands for.
    #[must_use]
    pub const fn range(&self) -> Range {
        Range {
            seal: self.number,
            first_seq: self.first_seq,
            last_seq: self.last_seq,
        }
    }

    fn number_after(previous: Option<&Self>) -> i64 {
        previous.map_or(1, |seal| seal.number.saturating_add(1))
    }

    fn first_seq_after(previous: Option<&Self>) -> i64 {
        previous.map_or(Self::FIRST_SEQ, |seal| seal.last_seq.saturating_add(1))
    }

    /// The seal without its own digest as bytes, always as many.
    fn encoded(&self, previous: Option<&Self>) -> Vec<u8> {
        let mut bytes = LABEL.to_vec();
        for number in [
            self.number,
            self.encoding,
            self.first_seq,
            self.last_seq,
            self.row_count,
            self.sealed_at_us,
        ] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(self.rows_digest.as_bytes());
        bytes.extend(previous.map_or(&NOTHING, |seal| &seal.digest).as_bytes());
        bytes
    }
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
