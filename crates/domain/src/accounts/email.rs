//! The address by which a person signs in, and the key that makes it unique.

use crate::Pii;
use crate::ids::UserId;
use crate::text::{self, TextError};

/// An email address as its owner writes it. Two addresses are the same when their [`Email::key`]s are.
#[derive(Debug, Clone)]
pub struct Email {
    written: Pii<String>,
    key: Pii<String>,
}

/// Why a text is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It breaks a rule that holds for every text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It is not `local@domain` with a plausible part on each side.
    #[error("is not an email address")]
    Malformed,
}

impl Email {
    /// At most this many characters (RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets).
    pub const MAX_CHARS: usize = 254;

    /// Parses an address: one `@`, 1 to 64 characters before it without white space, and after it a
    /// domain of letters, digits, hyphens and dots, in any script.
    ///
    /// Quoted local parts and address literals of RFC 5321 are refused: nobody signs in with one.
    ///
    /// # Errors
    /// [`EmailError`] names the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        let written = text::line(raw, Self::MAX_CHARS)?;
        let (local, domain) = written.split_once('@').ok_or(EmailError::Malformed)?;
        if !is_local(local) || !is_domain(domain) {
            return Err(EmailError::Malformed);
        }
        let key = written.to_lowercase();
        Ok(Self {
            written: Pii::new(written),
            key: Pii::new(key),
        })
    }

    /// An address that nobody has and that is nobody else's.
    pub(super) fn of_the_erased(id: UserId) -> Self {
        let written = format!("{id}@erased.invalid");
        Self {
            key: Pii::new(written.clone()),
            written: Pii::new(written),
        }
    }

    /// The address in plain text, as it was written.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.written.reveal()
    }

    /// The full Unicode lower case of the address: what makes it unique.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.reveal()
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Email {}

impl core::hash::Hash for Email {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

fn is_local(local: &str) -> bool {
    (1..=64).contains(&local.chars().count())
        && !local.contains(|character: char| {
            character.is_whitespace()
                || matches!(
                    character,
                    '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\'
                )
        })
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.chars().count() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::{Email, EmailError};
    use crate::text::TextError;

    #[test]
    fn casing_does_not_make_another_address() {
        let (small, large) = (
            Email::parse("ÅSA@example.org"),
            Email::parse("åsa@Example.ORG"),
        );
        assert_eq!(small, large);
        assert_eq!(small.expect("is an address").reveal(), "ÅSA@example.org");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for raw in [
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "a b@example.org",
            "ada@exa mple.org",
            "a@b@example.org",
            ".ada@example.org",
            "ada.@example.org",
            "a..b@example.org",
            "ada@-example.org",
            "ada@example..org",
            "\"ada\"@example.org",
            "ada@[127.0.0.1]",
            "<ada@example.org>",
        ] {
            assert_eq!(Email::parse(raw), Err(EmailError::Malformed), "{raw}");
        }
    }

    #[test]
    fn common_and_international_addresses_are_taken() {
        for raw in [
            "ada@example.org",
            "o'brien+rota@mail.example.co.uk",
            "用户@例子.广告",
            "a@b.cd",
        ] {
            assert!(Email::parse(raw).is_ok(), "{raw}");
        }
    }

    #[test]
    fn an_address_has_254_characters_at_most() {
        let domain = format!("{}.{}.{}", "d".repeat(63), "d".repeat(63), "d".repeat(61));
        assert!(Email::parse(&format!("{}@{domain}", "a".repeat(64))).is_ok());
        let longer = format!("{}@{domain}x", "a".repeat(64));
        assert_eq!(
            Email::parse(&longer),
            Err(TextError::TooLong {
                actual: 255,
                max: 254
            }
            .into())
        );
    }

    #[test]
    fn debug_does_not_show_the_address() {
        assert!(!format!("{:?}", Email::parse("ada@example.org")).contains("ada"));
    }
}
