//! How a person is reached, and under which name an outside sign-in knows them.

use crate::Pii;
use crate::text::{self, TextError};

/// A telephone number in whatever notation the team uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone(Pii<String>);

/// Why a text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// It breaks a rule that holds for every text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It has no digit, or a character that no notation of telephone numbers has.
    #[error(
        "is not a telephone number: digits, spaces and + - ( ) . / x # * only, with at least 3 digits"
    )]
    Malformed,
}

impl Phone {
    /// At most this many characters.
    pub const MAX_CHARS: usize = 32;

    /// Parses a number of at least 3 digits and at most 32 characters.
    ///
    /// # Errors
    /// [`PhoneError`] names the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, PhoneError> {
        let written = text::line(raw, Self::MAX_CHARS)?;
        let known =
            |character: char| character.is_ascii_digit() || " +-().,/x#*".contains(character);
        let digits = written.chars().filter(char::is_ascii_digit).count();
        if digits < 3 || !written.chars().all(known) {
            return Err(PhoneError::Malformed);
        }
        Ok(Self(Pii::new(written)))
    }

    /// The number in plain text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A postal address, in as many lines as it takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(Pii<String>);

impl Address {
    /// At most this many characters.
    pub const MAX_CHARS: usize = 500;

    /// Parses an address of 1 to 500 characters; line feeds are allowed.
    ///
    /// # Errors
    /// [`TextError`] names the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        text::lines(raw, Self::MAX_CHARS).map(Pii::new).map(Self)
    }

    /// The address in plain text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// The `sub` under which an outside identity provider knows a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExternalSubject(Pii<String>);

impl ExternalSubject {
    /// At most this many characters (OpenID Connect Core 1.0, section 2: `sub`).
    pub const MAX_CHARS: usize = 255;

    /// Parses a subject of 1 to 255 characters.
    ///
    /// # Errors
    /// [`TextError`] names the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        text::line(raw, Self::MAX_CHARS).map(Pii::new).map(Self)
    }

    /// The subject in plain text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, ExternalSubject, Phone, PhoneError};
    use crate::text::TextError;

    #[test]
    fn telephone_numbers_are_taken_as_teams_write_them() {
        for raw in ["+44 20 7946 0958", "(212) 555-0100 x12", "110"] {
            assert!(Phone::parse(raw).is_ok(), "{raw}");
        }
        for raw in ["call me", "12", "+44 20 7946 ext"] {
            assert_eq!(Phone::parse(raw), Err(PhoneError::Malformed), "{raw}");
        }
    }

    #[test]
    fn limits_hold_at_their_edge() {
        assert!(Phone::parse(&"1".repeat(32)).is_ok());
        assert_eq!(
            Phone::parse(&"1".repeat(33)),
            Err(TextError::TooLong {
                actual: 33,
                max: 32
            }
            .into())
        );
        assert!(Address::parse(&"a".repeat(500)).is_ok());
        assert_eq!(
            Address::parse(&"a".repeat(501)),
            Err(TextError::TooLong {
                actual: 501,
                max: 500
            })
        );
        assert!(ExternalSubject::parse(&"a".repeat(255)).is_ok());
        assert_eq!(
            ExternalSubject::parse(&"a".repeat(256)),
            Err(TextError::TooLong {
                actual: 256,
                max: 255
            })
        );
    }

    #[test]
    fn debug_shows_nothing_of_them() {
        let shown = format!(
            "{:?} {:?}",
            Phone::parse("555 0100"),
            Address::parse("1 High St")
        );
        assert!(
            !shown.contains("0100") && !shown.contains("High"),
            "{shown}"
        );
    }
}
