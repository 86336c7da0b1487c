//! Recognises the caller by the bearer token or machine key; who sends none is anonymous, and each use case decides what that may do.

use super::{Shared, gateway};
use crate::error::{ApiError, Code};
use crate::extract::Arrival;
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::AUTHORIZATION;
use application::Caller;
use domain::actors::Principal;

/// Where nobody needs to be signed in, so that a stale token does not stand in the way of a new one.
const OPEN: [&str; 3] = ["/v1/auth/login", "/v1/auth/refresh", "/v1/auth/invitation"];

/// What stands before a token (RFC 6750, 2.1), in any casing.
const SCHEME: &str = "Bearer ";

/// Who sent the request.
///
/// # Errors
/// 401 for a token that is no good, and what [`application::accounts::Authenticate`] says.
pub(super) async fn recognised(
    shared: &Shared,
    request: &mut ServiceRequest,
) -> Result<Caller, ApiError> {
    let authenticate = &*shared.authenticate;
    let caller = match authenticate.believes_a_gateway() {
        true => behind_a_gateway(shared, request).await?,
        false => match bearer(request)? {
            Some(token) => authenticate.run(token).await?,
            None => return Ok(Caller::ANONYMOUS),
        },
    };
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

/// A gateway may pass on the token that it looked at itself, which says nothing to us. A machine key does, and whoever comes with
/// both is nobody.
async fn behind_a_gateway(
    shared: &Shared,
    request: &mut ServiceRequest,
) -> Result<Caller, ApiError> {
    let authenticate = &*shared.authenticate;
    let limit = shared.limits.body_of(request);
    let said = gateway::said(request, &shared.gateway_peers, limit).await?;
    let token = bearer(request);
    match said {
        None => match token? {
            Some(token) => Ok(authenticate.run(token).await?),
            None => Ok(Caller::ANONYMOUS),
        },
        Some(_)
            if token.is_ok_and(|token| token.is_some_and(|token| authenticate.is_key(token))) =>
        {
            let detail = "a machine key and the gateway's word say two things of who is calling";
            Err(ApiError::parameter("Authorization", "ambiguous", detail))
        }
        Some((call, signature)) => Ok(authenticate.signed(&call, &signature).await?),
    }
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
