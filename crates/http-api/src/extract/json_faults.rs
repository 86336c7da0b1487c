//! Translates what serde and validator say into faults with pointers, without repeating what the client sent.

use crate::error::{ApiError, Code, Faults, FieldError};
use core::fmt::Write as _;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

/// The names of fields are shown up to this length.
const SHOWN: usize = 100;

/// A body that is no JSON.
pub(super) fn of_syntax(error: &serde_json::Error) -> ApiError {
    let place = format!("line {} column {}", error.line(), error.column());
    let detail = match error.classify() {
        Category::Eof => format!("the body ends too early, at {place}"),
        Category::Io | Category::Syntax | Category::Data => {
            format!("the body is not well-formed JSON at {place}")
        }
    };
    ApiError::new(Code::MalformedJson, detail)
}

/// A body that is JSON of another shape.
pub(super) fn of_types(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let inner = error.inner();
    if inner.classify() != Category::Data {
        return of_syntax(inner);
    }
    let message = inner.to_string();
    let pointer = pointer(error.path());
    if let Some(field) = named(&message, "unknown field `") {
        let pointer = below(&pointer, &field);
        let fault = FieldError::at(&pointer, Code::UnknownField.name(), "does not exist");
        return ApiError::new(Code::UnknownField, format!("{pointer} does not exist"))
            .with_errors(vec![fault]);
    }
    if let Some(field) = named(&message, "duplicate field `") {
        return ApiError::new(
            Code::MalformedJson,
            format!("{} is there twice", below(&pointer, &field)),
        );
    }
    let mut faults = Faults::default();
    match named(&message, "missing field `") {
        Some(field) => faults.add(&below(&pointer, &field), "required", "is required"),
        None => faults.add(&pointer, "wrong_type", expectation(&message)),
    }
    faults.into_error()
}

/// Faults of shape: lengths, as declared on the body's fields.
pub(super) fn of_shape(errors: &ValidationErrors, base: &str, faults: &mut Faults) {
    let mut fields: Vec<_> = errors.errors().iter().collect();
    fields.sort_by_key(|(name, _)| name.to_string());
    for (name, kind) in fields {
        let place = format!("{base}/{name}");
        match kind {
            ValidationErrorsKind::Struct(inner) => of_shape(inner, &place, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    of_shape(inner, &format!("{place}/{index}"), faults);
                }
            }
            ValidationErrorsKind::Field(found) => found
                .iter()
                .for_each(|error| of_field(error, &place, faults)),
        }
    }
}

fn of_field(error: &ValidationError, place: &str, faults: &mut Faults) {
    let bound = |name: &str| error.params.get(name).and_then(serde_json::Value::as_u64);
    let text = error
        .params
        .get("value")
        .and_then(serde_json::Value::as_str);
    let actual = error
        .params
        .get("value")
        .and_then(serde_json::Value::as_array)
        .map_or_else(|| text.map_or(0, |text| text.chars().count()), Vec::len)
        as u64;
    let of_what = if text.is_some() {
        "characters"
    } else {
        "items"
    };
    match (bound("min"), bound("max")) {
        (Some(1), _) if actual == 0 => faults.add(place, "empty", "must not be empty"),
        (Some(min), _) if actual < min => faults.add(
            place,
            "too_short",
            format_args!("must have at least {min} {of_what}"),
        ),
        (_, Some(max)) => faults.add(
            place,
            "too_long",
            format_args!("must have at most {max} {of_what}"),
        ),
        _ => faults.add(place, "invalid", "is not valid"),
    }
}

/// The name between the backticks that follow `start`.
fn named(message: &str, start: &str) -> Option<String> {
    let rest = message.strip_prefix(start)?;
    let name = rest
        .split_once("`, expected")
        .or_else(|| rest.split_once('`'))
        .map_or(rest, |(name, _)| name);
    Some(name.chars().take(SHOWN).collect())
}

/// What was expected, without what was found.
fn expectation(message: &str) -> String {
    let expected = message
        .rsplit_once(", expected ")
        .map(|(_, expected)| expected);
    let expected = expected
        .and_then(|text| text.split(" at line ").next())
        .unwrap_or("another value");
    let expected = match expected {
        "a sequence" => "an array",
        text if text.starts_with("struct ") => "an object",
        text => text,
    };
    format!("must be {expected}")
}

fn below(pointer: &str, field: &str) -> String {
    let escaped = field.replace('~', "~0").replace('/', "~1");
    if pointer
        .rsplit_once('/')
        .is_some_and(|(_, last)| last == escaped)
    {
        pointer.to_owned()
    } else {
        format!("{pointer}/{escaped}")
    }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        // Writing to a String cannot fail.
        let _ = match segment {
            Segment::Seq { index } => write!(pointer, "/{index}"),
            Segment::Map { key } => {
                write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Segment::Enum { variant } => write!(pointer, "/{variant}"),
            Segment::Unknown => Ok(()),
        };
    }
    pointer
}
