//! Machine keys: `/v1/keys`.

mod controllers;
mod dto;

pub use dto::{CreateKeyBody, CreatedKeyView, KeyView, ScopeName};

use crate::error::Code;
use crate::routes::{Endpoint, at};
use application::accounts::{CreateApiKey, ListApiKeys, RevokeApiKey};
use std::sync::Arc;

pub(crate) mod paths {
    //! The operations, for the document.
    pub use super::controllers::*;
}

/// Machine keys.
#[derive(Clone)]
pub struct KeysApi {
    /// `POST /v1/keys`
    pub create: Arc<CreateApiKey>,
    /// `GET /v1/keys`
    pub list: Arc<ListApiKeys>,
    /// `DELETE /v1/keys/{key_id}`
    pub revoke: Arc<RevokeApiKey>,
}

const BODY: [Code; 5] = [
    Code::MalformedJson,
    Code::UnknownField,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
    Code::InvalidCharacter,
];

/// The routes of this room.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        at("/v1/keys")
            .get(
                controllers::list_keys,
                &[&[Code::Forbidden, Code::PageTokenMismatch]],
            )
            .post(
                controllers::create_key,
                &[&BODY, &[Code::Forbidden, Code::OutcomeUnknown]],
            ),
        at("/v1/keys/{key_id}").delete(
            controllers::revoke_key,
            &[&[Code::Forbidden, Code::NotFound, Code::OutcomeUnknown]],
        ),
    ]
}

#[cfg(test)]
mod tests;
