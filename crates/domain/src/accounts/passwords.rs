//! Which passwords are good enough (NIST SP 800-63B, 5.1.1.2: length and a blocklist, no composition rules).

use crate::Pii;
use unicode_normalization::UnicodeNormalization;

/// A password in plain text, on its way to being hashed or checked.
#[derive(Debug, Clone)]
pub struct Password(Pii<String>);

/// Why a password is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Easily guessed by trying all.
    #[error("must have at least {} characters", Password::MIN_CHARS)]
    TooShort,
    /// Longer than anybody needs and slow to hash.
    #[error("must have at most {} characters", Password::MAX_CHARS)]
    TooLong,
    /// Among the first that anybody tries.
    #[error("is one of the most common passwords")]
    Common,
}

impl Password {
    /// At least this many characters.
    pub const MIN_CHARS: usize = 12;
    /// At most this many characters.
    pub const MAX_CHARS: usize = 128;

    /// Parses a password that somebody wants to set.
    ///
    /// # Errors
    /// [`PasswordError`] names the rule that it breaks.
    pub fn parse(raw: &str) -> Result<Self, PasswordError> {
        let presented = Self::presented(raw);
        let length = presented.reveal().chars().count();
        if length < Self::MIN_CHARS {
            Err(PasswordError::TooShort)
        } else if length > Self::MAX_CHARS {
            Err(PasswordError::TooLong)
        } else if is_common(presented.reveal()) {
            Err(PasswordError::Common)
        } else {
            Ok(presented)
        }
    }

    /// Takes a password that somebody presents in order to sign in: it is right or wrong, not good or
    /// bad. Normalised as when it was set, so that every keyboard gives the same bytes; cut at
    /// [`Password::MAX_CHARS`] + 1, which no stored password has.
    #[must_use]
    pub fn presented(raw: &str) -> Self {
        Self(Pii::new(raw.nfc().take(Self::MAX_CHARS + 1).collect()))
    }

    /// The password in plain text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// The blocklist: one password a line, lower case, each of at least 12 characters (shorter ones are
/// refused already). Drawn up by hand from the patterns that lists of leaked passwords share.
const COMMON: &str = include_str!("common_passwords.txt");

fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    let one_letter = characters.all(|character| Some(character) == first);
    one_letter || COMMON.lines().any(|common| common == lower)
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Password, PasswordError};

    #[test]
    fn length_is_checked_at_both_edges() {
        let of = |length: usize| Password::parse(&"xy".repeat(length)[..length]).map(|_| ());
        assert_eq!(of(11), Err(PasswordError::TooShort));
        assert_eq!(of(12), Ok(()));
        assert_eq!(of(128), Ok(()));
        assert_eq!(of(129), Err(PasswordError::TooLong));
    }

    #[test]
    fn common_passwords_are_refused_in_any_casing() {
        for raw in [
            "password1234",
            "PassWord1234",
            "qwertyuiop12",
            "aaaaaaaaaaaaaaa",
        ] {
            assert_eq!(
                Password::parse(raw).map(|_| ()),
                Err(PasswordError::Common),
                "{raw}"
            );
        }
    }

    #[test]
    fn every_listed_password_would_pass_the_other_rules() {
        for common in COMMON.lines() {
            assert!(
                common.chars().count() >= Password::MIN_CHARS && common.to_lowercase() == common,
                "{common}"
            );
        }
    }

    #[test]
    fn any_keyboard_gives_the_same_password() {
        let (composed, decomposed) = (
            Password::presented("caf\u{e9} au lait"),
            Password::presented("cafe\u{301} au lait"),
        );
        assert_eq!(composed.reveal(), decomposed.reveal());
    }

    #[test]
    fn debug_does_not_show_it() {
        assert!(!format!("{:?}", Password::presented("correct horse battery")).contains("horse"));
    }
}
