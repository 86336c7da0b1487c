//! What a person is called.

use crate::Pii;
use crate::text::{self, TextError};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(Pii<String>);

        impl $name {
            /// At most this many characters.
            pub const MAX_CHARS: usize = 100;

            /// Parses a name of 1 to 100 characters.
            ///
            /// # Errors
            /// [`TextError`] names the rule that the text breaks.
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                text::line(raw, Self::MAX_CHARS).map(Pii::new).map(Self)
            }

            /// The name in plain text.
            #[must_use]
            pub fn reveal(&self) -> &str {
                self.0.reveal()
            }

            /// A name that is nobody's.
            pub(super) fn of_the_erased(name: &'static str) -> Self {
                Self(Pii::new(name.to_owned()))
            }
        }
    };
}

name!(
    /// The name a person is called by.
    GivenName
);
name!(
    /// The name a person shares with their family; the directory is ordered by it.
    FamilyName
);

/// Given name, a space, family name: how others see a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DisplayName(Pii<String>);

impl DisplayName {
    /// Joins the two names.
    #[must_use]
    pub fn of(given: &GivenName, family: &FamilyName) -> Self {
        Self(Pii::new(format!("{} {}", given.reveal(), family.reveal())))
    }

    /// The name in plain text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::{DisplayName, FamilyName, GivenName};
    use crate::text::TextError;

    #[test]
    fn a_display_name_is_given_name_then_family_name() {
        let given = GivenName::parse("Ada").expect("is a name");
        let family = FamilyName::parse("Lovelace").expect("is a name");
        assert_eq!(DisplayName::of(&given, &family).reveal(), "Ada Lovelace");
    }

    #[test]
    fn names_have_a_hundred_characters_at_most() {
        assert!(GivenName::parse(&"a".repeat(100)).is_ok());
        assert_eq!(
            GivenName::parse(&"a".repeat(101)),
            Err(TextError::TooLong {
                actual: 101,
                max: 100
            })
        );
    }

    #[test]
    fn debug_does_not_show_the_name() {
        assert!(!format!("{:?}", FamilyName::parse("Lovelace")).contains("Lovelace"));
    }
}
