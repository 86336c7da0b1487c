//! The version of a stored row: what a caller must have seen in order to change it.

/// A row version: 1 when the row is first stored, one more with every change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u32);

/// A stored version that no row can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version is a whole number from 1 to 4294967295, not {0}")]
pub struct VersionError(pub i64);

impl Version {
    /// The version of a row that was just made.
    pub const FIRST: Self = Self(1);

    /// Reads a version back from where it was stored or shown.
    ///
    /// # Errors
    /// [`VersionError`] below 1 or above `u32::MAX`.
    pub fn parse(raw: i64) -> Result<Self, VersionError> {
        match u32::try_from(raw) {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(VersionError(raw)),
        }
    }

    /// The version after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number itself.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, VersionError};

    #[test]
    fn versions_start_at_one_and_grow_by_one() {
        assert_eq!(Version::FIRST.number(), 1);
        assert_eq!(Version::FIRST.next().number(), 2);
    }

    #[test]
    fn zero_and_negative_numbers_are_no_versions() {
        assert_eq!(Version::parse(0), Err(VersionError(0)));
        assert_eq!(Version::parse(-1), Err(VersionError(-1)));
        assert_eq!(Version::parse(7).map(Version::number), Ok(7));
    }
}
