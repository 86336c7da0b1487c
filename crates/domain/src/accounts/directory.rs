//! What the staff directory can be asked, and in which order it answers.

use super::{Reach, Role, Status, User};
use crate::Pii;
use crate::ids::{SiteId, UserId};
use crate::text::{self, TextError};
use std::collections::BTreeSet;

/// A piece of text to be found in display names and email addresses, in any casing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchTerm(Pii<String>);

/// Why a text cannot be searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchTermError {
    /// It breaks a rule that holds for every text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// One character finds nearly everybody.
    #[error("must have at least {} characters", SearchTerm::MIN_CHARS)]
    TooShort,
}

impl SearchTerm {
    /// At least this many characters.
    pub const MIN_CHARS: usize = 2;
    /// At most this many characters.
    pub const MAX_CHARS: usize = 100;

    /// Parses a term of 2 to 100 characters and folds it to lower case.
    ///
    /// # Errors
    /// [`SearchTermError`] names the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, SearchTermError> {
        let term = text::line(raw, Self::MAX_CHARS)?;
        if term.chars().count() < Self::MIN_CHARS {
            return Err(SearchTermError::TooShort);
        }
        Ok(Self(Pii::new(folded(&term))))
    }

    /// The term in lower case.
    #[must_use]
    pub fn folded(&self) -> &str {
        self.0.reveal()
    }

    /// Whether the term occurs in the person's display name or email.
    #[must_use]
    pub fn finds(&self, user: &User) -> bool {
        haystacks(user)
            .iter()
            .any(|text| text.contains(self.folded()))
    }
}

/// The two texts of a person that are searched, in lower case: display name and email.
#[must_use]
pub fn haystacks(user: &User) -> [String; 2] {
    [
        folded(user.display_name().reveal()),
        folded(user.profile.email.key()),
    ]
}

/// Full Unicode lower case, made here so that no database's own idea of it counts. Character by character, and with one sigma:
/// whether a word has ended says nothing of a piece of it.
#[must_use]
pub fn folded(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    lower
        .map(|character| if character == 'ς' { 'σ' } else { character })
        .collect()
}

/// Which people to list. Conditions combine: a person must meet all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// A text to find.
    pub term: Option<SearchTerm>,
    /// The role to have.
    pub role: Option<Role>,
    /// The status to have. `None` means everybody who is not deleted.
    pub status: Option<Status>,
    /// The site to work at.
    pub site: Option<SiteId>,
    /// Sites of which to work at one at least. `None` means anywhere, and no site means nobody.
    pub within: Option<BTreeSet<SiteId>>,
}

impl UserFilter {
    /// The same conditions for those alone whom somebody reaches.
    #[must_use]
    pub fn reached(self, reach: Reach<'_>) -> Self {
        let within = match reach {
            Reach::Everywhere => None,
            Reach::Sites(site_ids) => Some(site_ids.clone()),
        };
        Self { within, ..self }
    }

    /// Whether a person meets all conditions.
    #[must_use]
    pub fn takes(&self, user: &User) -> bool {
        self.term.as_ref().is_none_or(|term| term.finds(user))
            && self.role.is_none_or(|role| role == user.profile.role)
            && self
                .status
                .map_or(user.status != Status::Deleted, |status| {
                    status == user.status
                })
            && self
                .site
                .is_none_or(|site| user.profile.site_ids.contains(&site))
            && self
                .within
                .as_ref()
                .is_none_or(|sites| Reach::Sites(sites).takes(user))
    }
}

/// A place in the directory, which is ordered by (family name, given name, id), the names in lower
/// case and compared by code point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserCursor {
    /// Family name in lower case.
    pub family: Pii<String>,
    /// Given name in lower case.
    pub given: Pii<String>,
    /// Decides between people of the same name.
    pub id: UserId,
}

impl UserCursor {
    /// Where a person stands.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            family: Pii::new(folded(user.profile.family_name.reveal())),
            given: Pii::new(folded(user.profile.given_name.reveal())),
            id: user.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SearchTerm, SearchTermError};
    use crate::text::TextError;

    #[test]
    fn a_term_has_two_to_a_hundred_characters() {
        assert_eq!(SearchTerm::parse("a"), Err(SearchTermError::TooShort));
        assert!(SearchTerm::parse("ab").is_ok());
        assert!(SearchTerm::parse(&"a".repeat(100)).is_ok());
        assert_eq!(
            SearchTerm::parse(&"a".repeat(101)),
            Err(TextError::TooLong {
                actual: 101,
                max: 100
            }
            .into())
        );
    }

    #[test]
    fn a_term_is_folded_to_lower_case() {
        for (text, folded) in [("ÅSA", "åsa"), ("ΣΊΣ", "σίσ"), ("Σίσυφος", "σίσυφοσ")]
        {
            assert_eq!(SearchTerm::parse(text).expect("is a term").folded(), folded);
        }
    }
}
