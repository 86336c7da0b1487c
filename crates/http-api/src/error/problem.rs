//! The one shape of every failure that leaves this process (RFC 9457).

use super::code::Code;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One fault of many, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where in the body (RFC 6901 JSON Pointer).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/email")]
    pub pointer: Option<String>,
    /// Which path, query or header parameter, when it is not in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// What kind of fault.
    #[schema(example = "too_long")]
    pub code: String,
    /// What is wrong, for people.
    #[schema(example = "is 120 characters long, at most 100 are allowed")]
    pub message: String,
}

impl FieldError {
    /// A fault in the body.
    pub fn at(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// A fault in a parameter.
    pub fn of_parameter(name: &str, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: Some(name.to_owned()),
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

/// A failure as `application/problem+json`. A code may add members of its own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Where this kind of failure is explained.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/v1/errors/validation_failed")]
    pub kind: &'static str,
    /// What went wrong, the same for every case.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable name that programs act on.
    #[schema(pattern = "^[a-z_]+$")]
    pub code: &'static str,
    /// What went wrong in this case.
    pub detail: String,
    /// Whether the very same request may succeed later.
    pub retryable: bool,
    /// What became of the change: `not_applied`, `applied` or `unknown`.
    #[schema(pattern = "^(not_applied|applied|unknown)$")]
    pub outcome: &'static str,
    /// What the request is called in our logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// Every fault that was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// Members that only some codes have.
    #[serde(flatten)]
    #[schema(ignore)]
    pub members: Map<String, Value>,
}

impl Problem {
    /// A failure of this kind.
    #[must_use]
    pub fn of(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: code.path(),
            title: code.title(),
            status: code.status().as_u16(),
            code: code.name(),
            detail: detail.into(),
            retryable: code.retryable(),
            outcome: code.outcome().name(),
            request_id: None,
            errors: Vec::new(),
            members: Map::new(),
        }
    }
}
