//! A SHA-256 digest as a value: what content is compared by. Computing one is somebody else's work.

use core::fmt;

/// A SHA-256 digest (FIPS 180-4), 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

/// Bytes that are no SHA-256 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is 32 bytes, not {actual}")]
pub struct DigestError {
    /// How many bytes there were.
    pub actual: usize,
}

impl Digest {
    /// Wraps the output of SHA-256.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a digest back from where it was stored.
    ///
    /// # Errors
    /// [`DigestError`] unless there are exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, DigestError> {
        <[u8; 32]>::try_from(bytes)
            .map(Self)
            .map_err(|_wrong_length| DigestError {
                actual: bytes.len(),
            })
    }

    /// Whether both are the same, in the same time wherever they differ: for digests of secrets.
    #[must_use]
    pub fn fits(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        let differing = pairs.fold(0, |bits, (one, other)| {
            core::hint::black_box(bits | (one ^ other))
        });
        differing == 0
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, DigestError};

    #[test]
    fn a_digest_reads_as_lower_case_hexadecimal() {
        assert_eq!(Digest::new([0xab; 32]).to_string(), "ab".repeat(32));
    }

    #[test]
    fn a_digest_fits_itself_and_none_that_differs_in_a_single_bit() {
        let digest = Digest::new([0xab; 32]);
        assert!(digest.fits(&Digest::new([0xab; 32])));
        for place in 0..32 {
            let mut other = [0xab; 32];
            other[place] ^= 1;
            assert!(!digest.fits(&Digest::new(other)), "{place}");
        }
    }

    #[test]
    fn other_lengths_are_no_digest() {
        assert_eq!(
            Digest::from_slice(&[0; 31]),
            Err(DigestError { actual: 31 })
        );
        assert_eq!(Digest::from_slice(&[7; 32]), Ok(Digest::new([7; 32])));
    }
}
