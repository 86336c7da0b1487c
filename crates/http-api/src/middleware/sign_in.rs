//! Recognises the caller by the bearer token or machine key; who sends none is anonymous, and each use case decides what that may do.

use crate::error::{ApiError, Code};
use crate::extract::Arrival;
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::AUTHORIZATION;
use application::Caller;
use application::accounts::Authenticate;
use domain::actors::Principal;

/// Where nobody needs to be signed in, so that a stale token does not stand in the way of a new one.
const OPEN: [&str; 3] = ["/v1/auth/login", "/v1/auth/refresh", "/v1/auth/invitation"];

/// What stands before a token (RFC 6750, 2.1), in any casing.
const SCHEME: &str = "Bearer ";

/// Who sent the request.
///
/// # Errors
/// 401 for a token that is no good, and what [`Authenticate`] says.
pub(super) async fn recognised(
    authenticate: &Authenticate,
    request: &ServiceRequest,
) -> Result<Caller, ApiError> {
    let Some(token) = bearer(request)? else {
        return Ok(Caller::ANONYMOUS);
    };
    let caller = authenticate.run(token).await?;
    let named = match caller.principal {
        Principal::User(id) => Some(id.to_string()),
        Principal::Key(id) => Some(format!("key:{id}")),
        Principal::System | Principal::Anonymous => None,
    };
    if let (Some(named), Some(arrival)) = (named, request.extensions().get::<Arrival>()) {
        arrival.context.set_principal(named);
    }
    Ok(caller)
}

fn bearer(request: &ServiceRequest) -> Result<Option<&str>, ApiError> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if OPEN.contains(&request.path()) {
        return Ok(None);
    }
    let refused = |detail: &'static str| ApiError::new(Code::Unauthenticated, detail);
    if values.next().is_some() {
        return Err(refused("there are several Authorization headers"));
    }
    let text = core::str::from_utf8(value.as_bytes())
        .map_err(|source| refused("the Authorization header is not readable").caused_by(source))?;
    let token = match text.split_at_checked(SCHEME.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) => token.trim(),
        _ => "",
    };
    if token.is_empty() {
        return Err(refused("only Bearer tokens are understood"));
    }
    Ok(Some(token))
}
