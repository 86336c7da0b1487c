//! Parameters that many operations share, described once.

#![allow(dead_code, reason = "for the document; `extract::Call` reads them")]

use utoipa::IntoParams;

/// A person in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PersonPath {
    /// The person's id; `me` stands for the caller's.
    #[param(
        pattern = "^(me|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        example = "me"
    )]
    id: String,
}

/// A photo in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PhotoPath {
    /// The photo's id.
    image_id: uuid::Uuid,
}

/// One of the caller's devices in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionPath {
    /// The device's id.
    session_id: uuid::Uuid,
}

/// A machine key in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct KeyPath {
    /// The key's id.
    key_id: uuid::Uuid,
}

/// An erasure in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ErasurePath {
    /// The erasure's id.
    erasure_id: uuid::Uuid,
}

/// A header that makes a creation safe to repeat.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyHeader {
    /// Makes the request safe to repeat for 24 hours: 1 to 255 visible ASCII characters, bare or in quotes.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[!#-~]+$"
    )]
    key: Option<String>,
}

/// A header that a change needs.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatchHeader {
    /// The ETag that was read.
    #[param(
        rename = "If-Match",
        example = "\"1\"",
        pattern = "^(\\*|\"[!#-~]*\")$"
    )]
    if_match: String,
}

/// A header that spares an answer.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfNoneMatchHeader {
    /// ETags that the client has.
    #[param(rename = "If-None-Match", required = false, nullable = false)]
    if_none_match: Option<String>,
}

/// A header that asks for a part.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct RangeHeader {
    /// One range of bytes.
    #[param(
        rename = "Range",
        required = false,
        nullable = false,
        example = "bytes=0-1023"
    )]
    range: Option<String>,
}
