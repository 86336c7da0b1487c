//! What every use case can refuse for: rights, keys, and parts that fail.

use crate::error::{ApiError, Code};
use application::{ClaimError, Fault, Forbidden};

impl From<Forbidden> for ApiError {
    fn from(error: Forbidden) -> Self {
        match error {
            Forbidden::Anonymous => Self::new(Code::Unauthenticated, "sign in first"),
            Forbidden::Role { needed } => Self::new(
                Code::Forbidden,
                format!("this needs the role {}", needed.name()),
            ),
            Forbidden::Scope { needed } => Self::new(
                Code::Forbidden,
                format!("this needs a key with the scope {}", needed.name()),
            ),
            Forbidden::Key => Self::new(Code::Forbidden, "this needs a person, and no key"),
            Forbidden::Sites => Self::new(
                Code::Forbidden,
                "this reaches beyond the sites that you manage",
            ),
        }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        let (code, detail) = match &fault {
            Fault::Unavailable {
                backend: "objects" | "spool",
                ..
            } => (
                Code::StorageUnavailable,
                "the object store cannot be reached right now",
            ),
            Fault::Unavailable {
                backend: "media" | "passwords",
                ..
            } => (Code::Overloaded, "there is no room for this right now"),
            Fault::Unavailable { .. } => (
                Code::DatabaseUnavailable,
                "the database cannot be reached right now",
            ),
            Fault::Uncertain { .. } => (
                Code::OutcomeUnknown,
                "the connection was lost before we knew whether the change was applied",
            ),
            Fault::Broken { .. } => (
                Code::Internal,
                "an unexpected failure was logged under the request_id",
            ),
        };
        Self::new(code, detail).caused_by(fault)
    }
}

impl From<ClaimError> for ApiError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::InFlight => Self::new(
                Code::IdempotencyKeyInFlight,
                "a request with this key is being carried out",
            ),
            ClaimError::Reused => Self::new(
                Code::IdempotencyKeyReused,
                "this key was used for another request within 24 hours",
            ),
        }
    }
}
