//! Collects every fault of a body, so that a client corrects all of them in one go.

use super::{ApiError, Code, FieldError};
use core::fmt::Display;
use domain::accounts::contact::PhoneError;
use domain::accounts::directory::SearchTermError;
use domain::accounts::email::EmailError;
use domain::accounts::passwords::PasswordError;
use domain::text::TextError;
use uuid::Uuid;

/// What a parse error is called in `errors[].code`.
pub trait FaultCode: Display {
    /// The stable name.
    fn code(&self) -> &'static str;
}

impl FaultCode for TextError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::InvalidCharacter { .. } => Code::InvalidCharacter.name(),
        }
    }
}

impl FaultCode for EmailError {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(text) => text.code(),
            Self::Malformed => "malformed",
        }
    }
}

impl FaultCode for PhoneError {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(text) => text.code(),
            Self::Malformed => "malformed",
        }
    }
}

impl FaultCode for SearchTermError {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(text) => text.code(),
            Self::TooShort => "too_short",
        }
    }
}

impl FaultCode for PasswordError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "common",
        }
    }
}

/// The faults found so far, at most one for each place.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<FieldError>,
    base: String,
}

impl Faults {
    /// None so far, and every place is below `base`.
    #[must_use]
    pub fn below(base: impl Into<String>) -> Self {
        Self {
            found: Vec::new(),
            base: base.into(),
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found.
    #[must_use]
    pub fn into_found(self) -> Vec<FieldError> {
        self.found
    }

    /// Adds a fault unless its place has one.
    pub fn add(&mut self, pointer: &str, code: &str, message: impl Display) {
        let pointer = format!("{}{pointer}", self.base);
        if !self
            .found
            .iter()
            .any(|fault| fault.pointer.as_deref() == Some(&pointer))
        {
            self.found
                .push(FieldError::at(pointer, code, message.to_string()));
        }
    }

    /// Adds the faults of a part.
    pub fn extend(&mut self, found: Vec<FieldError>) {
        self.found.extend(found);
    }

    /// The value, or its fault.
    pub fn take<T, E: FaultCode>(&mut self, pointer: &str, parsed: Result<T, E>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(pointer, error.code(), error);
                None
            }
        }
    }

    /// The value of a field that must be there, or its fault.
    pub fn required<R, T, E: FaultCode>(
        &mut self,
        pointer: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, E>,
    ) -> Option<T> {
        let Some(raw) = raw else {
            self.add(pointer, "required", "is required");
            return None;
        };
        self.take(pointer, parse(raw))
    }

    /// The value of a field that need not be there; `Some(None)` when it is not.
    #[allow(
        clippy::option_option,
        reason = "the outer one says whether there was a fault"
    )]
    pub fn optional<R, T, E: FaultCode>(
        &mut self,
        pointer: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match raw {
            None => Some(None),
            Some(raw) => self.take(pointer, parse(raw)).map(Some),
        }
    }

    /// One of a few words.
    pub fn word<T>(
        &mut self,
        pointer: &str,
        raw: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        words: &str,
    ) -> Option<T> {
        let parsed = parse(raw);
        if parsed.is_none() {
            self.add(
                pointer,
                "unknown_value",
                format_args!("must be one of {words}"),
            );
        }
        parsed
    }

    /// An id in its usual notation.
    pub fn id(&mut self, pointer: &str, raw: &str) -> Option<Uuid> {
        let parsed = parse_uuid(raw);
        if parsed.is_none() {
            self.add(pointer, "malformed", "is not a UUID");
        }
        parsed
    }

    /// The value, when nothing was found.
    ///
    /// # Errors
    /// 422 with every fault: `invalid_character` when there is no other kind, else `validation_failed`.
    pub fn verdict<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            Some(_) | None => Err(self.into_error()),
        }
    }

    /// The refusal that names everything found.
    #[must_use]
    pub fn into_error(self) -> ApiError {
        let characters = !self.found.is_empty()
            && self
                .found
                .iter()
                .all(|fault| fault.code == Code::InvalidCharacter.name());
        let code = if characters {
            Code::InvalidCharacter
        } else {
            Code::ValidationFailed
        };
        let detail = match self.found.as_slice() {
            [one] => format!(
                "{} {}",
                one.pointer
                    .as_deref()
                    .filter(|pointer| !pointer.is_empty())
                    .unwrap_or("the body"),
                one.message
            ),
            many => format!("{} faults were found", many.len()),
        };
        ApiError::new(code, detail).with_errors(self.found)
    }
}

/// Reads a UUID in its usual notation only: 36 characters with hyphens.
#[must_use]
pub fn parse_uuid(raw: &str) -> Option<Uuid> {
    if raw.len() == 36 {
        Uuid::try_parse(raw).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::error::Code;
    use domain::accounts::{Email, GivenName};

    #[test]
    fn every_fault_is_named_at_once_and_each_place_once() {
        let mut faults = Faults::default();
        assert!(
            faults
                .required("/email", Some("nobody"), Email::parse)
                .is_none()
        );
        assert!(
            faults
                .required("/given_name", None::<&str>, GivenName::parse)
                .is_none()
        );
        faults.add("/email", "other", "is not said twice");
        let problem = faults.into_error().problem(None);
        assert_eq!(problem.code, "validation_failed");
        let places: Vec<_> = problem
            .errors
            .iter()
            .map(|fault| {
                (
                    fault.pointer.clone().unwrap_or_default(),
                    fault.code.clone(),
                )
            })
            .collect();
        assert_eq!(
            places,
            [
                ("/email".into(), "malformed".into()),
                ("/given_name".into(), "required".to_owned())
            ]
        );
    }

    #[test]
    fn only_forbidden_characters_have_a_code_of_their_own() {
        let mut faults = Faults::below("/items/3");
        faults.take("/given_name", GivenName::parse("a\u{202e}b"));
        let error = faults.into_error();
        assert_eq!(error.code(), Code::InvalidCharacter);
        assert_eq!(
            error.problem(None).errors[0].pointer.as_deref(),
            Some("/items/3/given_name")
        );
    }
}
