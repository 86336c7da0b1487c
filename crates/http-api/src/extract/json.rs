//! JSON bodies: checked for type, size, shape and meaning, each fault with a pointer.

use super::Object;
use super::json_faults;
use super::{media_type, read_whole};
use crate::error::{ApiError, Code, Faults};
use crate::settings::Limits;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::Digest;
use futures::future::LocalBoxFuture;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest as _, Sha256};
use validator::Validate;

/// What a JSON body looks like and what it means.
pub trait Body: DeserializeOwned + Validate {
    /// What it means.
    type Parsed;

    /// The content types it may have.
    const MEDIA_TYPES: &'static [&'static str] = &["application/json"];

    /// How many times the usual limit of a JSON body it may take.
    const SIZE_FACTOR: u64 = 1;

    /// Reads the meaning and adds every fault that stands in its way; `None` only after adding one.
    fn parse(self, faults: &mut Faults) -> Option<Self::Parsed>;
}

/// A JSON body of the right shape so far.
#[derive(Debug)]
pub struct Json<T> {
    body: T,
    digest: Digest,
}

impl<T: Body> Json<T> {
    /// SHA-256 of the body's bytes.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// What the body means.
    ///
    /// # Errors
    /// 422 with every fault of shape and meaning at once.
    pub fn parse(self) -> Result<T::Parsed, ApiError> {
        let mut faults = Faults::default();
        shape_faults(&self.body, &mut faults);
        let parsed = self.body.parse(&mut faults);
        faults.verdict(parsed)
    }
}

impl<T: Body + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            must_be_one_of(&request, T::MEDIA_TYPES)?;
            let limit = Limits::of(&request)
                .json_bytes
                .saturating_mul(T::SIZE_FACTOR);
            let bytes = read_whole(request, payload, limit).await?;
            let digest = Digest::new(Sha256::digest(&bytes).into());
            Ok(Self {
                body: deserialized(&bytes)?,
                digest,
            })
        })
    }
}

/// Adds the faults of shape that the fields of a body declare.
pub fn shape_faults(body: &impl Validate, faults: &mut Faults) {
    if let Err(errors) = body.validate() {
        json_faults::of_shape(&errors, "", faults);
    }
}

fn must_be_one_of(request: &HttpRequest, allowed: &[&str]) -> Result<(), ApiError> {
    let given = media_type(request);
    if given.is_some_and(|given| allowed.contains(&given.as_str())) && is_utf8(request) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::UnsupportedMediaType,
        format!("send {} in UTF-8", allowed.join(" or ")),
    ))
}

fn is_utf8(request: &HttpRequest) -> bool {
    let value = request
        .headers()
        .get(actix_web::http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let charset = value
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    charset.is_none_or(|(_, charset)| {
        matches!(
            charset.trim_matches('"').to_ascii_lowercase().as_str(),
            "utf-8" | "utf8" | "us-ascii"
        )
    })
}

fn deserialized<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize::<_, Object<T>>(&mut deserializer);
    let value = value.map_err(|error| {
        // Whoever sent half a body is not told about its fields.
        let whole = serde_json::from_slice::<IgnoredAny>(bytes);
        whole.map_or_else(
            |error| json_faults::of_syntax(&error),
            |_| json_faults::of_types(&error),
        )
    })?;
    deserializer
        .end()
        .map_err(|error| json_faults::of_syntax(&error))?;
    Ok(value.0)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
