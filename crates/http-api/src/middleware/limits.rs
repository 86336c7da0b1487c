//! Refuses what is too large at once, and puts a guard before what arrives slowly.

use super::body_guard::{BodyGuard, Unread};
use crate::error::{ApiError, Code};
use crate::extract::BodyFault;
use crate::settings::Limits;
use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};

/// Checks headers and declared length; answers whether the body is still on its way, for requests that have one.
///
/// # Errors
/// 431 and 413.
pub(super) fn check(
    request: &mut ServiceRequest,
    limits: &Limits,
) -> Result<Option<Unread>, ApiError> {
    check_headers(request.headers(), limits)?;
    let limit = limits.body_of(request);
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match declared {
        Some(length) if length > limit => return Err(BodyFault::TooLarge { limit }.into()),
        Some(0) => return Ok(None),
        None if !request.headers().contains_key(TRANSFER_ENCODING) => return Ok(None),
        Some(_) | None => {}
    }
    let (guard, unread) = BodyGuard::new(
        request.take_payload(),
        limit,
        limits.body_idle,
        limits.body_whole,
    );
    request.set_payload(Payload::Stream {
        payload: Box::pin(guard),
    });
    Ok(Some(unread))
}

fn check_headers(headers: &HeaderMap, limits: &Limits) -> Result<(), ApiError> {
    let (count, bytes) = headers
        .iter()
        .fold((0, 0), |(count, bytes), (name, value)| {
            (count + 1, bytes + name.as_str().len() + value.len())
        });
    if count > limits.headers || bytes > limits.header_bytes {
        let detail = format!(
            "at most {} headers and {} bytes of them are read",
            limits.headers, limits.header_bytes
        );
        return Err(ApiError::new(Code::HeadersTooLarge, detail));
    }
    Ok(())
}
