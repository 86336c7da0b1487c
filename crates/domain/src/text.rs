//! One rule for every piece of text a caller may store, so that both databases agree on what is stored.

use unicode_normalization::UnicodeNormalization;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed, counted in Unicode scalar values after normalisation.
    #[error("is {actual} characters long, at most {max} are allowed")]
    TooLong {
        /// How long it is.
        actual: usize,
        /// How long it may be.
        max: usize,
    },
    /// Holds U+0000, another control character or a bidirectional override.
    #[error("has a character that is not allowed at position {position}")]
    InvalidCharacter {
        /// Index of the offending character, counted in Unicode scalar values from 0.
        position: usize,
    },
}

/// Normalises to NFC, trims white space at both ends and checks length and characters.
///
/// Control characters (Unicode category Cc) break terminals and CSV, U+0000 is refused by PostgreSQL,
/// and the bidirectional overrides of UAX #9 make a text read as something it is not.
///
/// # Errors
/// [`TextError`] names the first rule that the text breaks.
pub fn line(raw: &str, max: usize) -> Result<String, TextError> {
    parse(raw, max, |_| false)
}

/// Like [`line`], but line feeds and tabs are allowed inside: for addresses and notes.
///
/// # Errors
/// [`TextError`] names the first rule that the text breaks.
pub fn lines(raw: &str, max: usize) -> Result<String, TextError> {
    parse(&raw.replace("\r\n", "\n"), max, |character| {
        matches!(character, '\n' | '\t')
    })
}

fn parse(raw: &str, max: usize, allowed: impl Fn(char) -> bool) -> Result<String, TextError> {
    let text: String = raw.trim().nfc().collect();
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let forbidden = |character: char| is_forbidden(character) && !allowed(character);
    if let Some(position) = text.chars().position(forbidden) {
        return Err(TextError::InvalidCharacter { position });
    }
    let actual = text.chars().count();
    if actual > max {
        return Err(TextError::TooLong { actual, max });
    }
    Ok(text.to_owned())
}

/// Whether a character may stand in no stored text: category Cc, or a bidirectional override,
/// embedding or isolate (U+202A–U+202E, U+2066–U+2069).
#[must_use]
pub fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{TextError, line, lines};

    #[test]
    fn white_space_at_the_ends_goes_and_inside_stays() {
        assert_eq!(line("  Ada  King ", 100), Ok("Ada  King".to_owned()));
    }

    #[test]
    fn decomposed_and_composed_letters_are_the_same_text() {
        assert_eq!(line("Jose\u{301}", 100), Ok("Jos\u{e9}".to_owned()));
    }

    #[test]
    fn length_is_counted_in_characters_at_its_edge() {
        assert!(line(&"é".repeat(100), 100).is_ok());
        assert_eq!(
            line(&"é".repeat(101), 100),
            Err(TextError::TooLong {
                actual: 101,
                max: 100
            })
        );
    }

    #[test]
    fn control_and_bidi_characters_are_refused_with_their_place() {
        for hostile in ['\0', '\u{7}', '\n', '\u{85}', '\u{202E}', '\u{2066}'] {
            let raw = format!("ab{hostile}c");
            assert_eq!(
                line(&raw, 100),
                Err(TextError::InvalidCharacter { position: 2 }),
                "{hostile:?}"
            );
        }
    }

    #[test]
    fn several_lines_are_allowed_where_asked_for() {
        assert_eq!(
            lines("1 High St\r\nLeeds", 500),
            Ok("1 High St\nLeeds".to_owned())
        );
        assert_eq!(
            lines("a\0b", 500),
            Err(TextError::InvalidCharacter { position: 1 })
        );
    }

    #[test]
    fn only_white_space_is_empty() {
        assert_eq!(line(" \u{a0} ", 100), Err(TextError::Empty));
    }

    proptest::proptest! {
        #[test]
        fn parsing_what_was_parsed_changes_nothing(raw in ".{0,40}") {
            if let Ok(text) = line(&raw, 200) {
                proptest::prop_assert_eq!(line(&text, 200), Ok(text.clone()));
            }
        }
    }
}
