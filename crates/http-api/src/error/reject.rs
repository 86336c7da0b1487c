//! Answers for addresses and methods that do not exist, which actix would answer in plain text or not at all.

use super::{ApiError, Code};
use actix_web::HttpRequest;

/// Answers an address that no route has.
pub async fn unrouted() -> Result<&'static str, ApiError> {
    Err(ApiError::new(
        Code::NotFound,
        "there is nothing at this address",
    ))
}

/// Answers a method that a known address does not have.
pub fn method_not_allowed(request: &HttpRequest, allowed: &str) -> ApiError {
    let method = request.method().as_str();
    let method = if method.len() <= 16 {
        method
    } else {
        "this method"
    };
    ApiError::new(
        Code::MethodNotAllowed,
        format!("{method} does not exist here; {allowed} do"),
    )
    .allowing(allowed)
}
