//! What the use cases about machine keys refuse.

use crate::error::ApiError;
use application::accounts::{CreateApiKeyError, ListApiKeysError, RevokeApiKeyError};

impl From<CreateApiKeyError> for ApiError {
    fn from(error: CreateApiKeyError) -> Self {
        match error {
            CreateApiKeyError::Forbidden(forbidden) => forbidden.into(),
            CreateApiKeyError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ListApiKeysError> for ApiError {
    fn from(error: ListApiKeysError) -> Self {
        match error {
            ListApiKeysError::Forbidden(forbidden) => forbidden.into(),
            ListApiKeysError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RevokeApiKeyError> for ApiError {
    fn from(error: RevokeApiKeyError) -> Self {
        match error {
            RevokeApiKeyError::Forbidden(forbidden) => forbidden.into(),
            RevokeApiKeyError::Missing => Self::not_found("key"),
            RevokeApiKeyError::Fault(fault) => fault.into(),
        }
    }
}
