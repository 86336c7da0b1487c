//! Recognises the caller by the bearer token or machine key; who sends none is anonymous, and each use case decides what that may do.

use super::{Shared, gateway};
use crate::error::{ApiError, Code};
use crate::extract::Arrival;
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::AUTHORIZATION;
use application::Caller;
use application::accounts::AuthenticateError;
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
    match said {
        None => match bearer(request)? {
            Some(token) => Ok(authenticate.run(token).await?),
            None => Ok(Caller::ANONYMOUS),
        },
        Some(_) if tokens(request).any(|token| authenticate.is_key(token)) => {
            let detail = "a machine key and the gateway's word say two things of who is calling";
            Err(ApiError::parameter("Authorization", "ambiguous", detail))
        }
        Some((call, signature)) => {
            let caller = authenticate.signed(&call, &signature).await;
            caller.map_err(not_believed)
        }
    }
}

/// In the words of this mode, and without a word on which part does not fit.
fn not_believed(error: AuthenticateError) -> ApiError {
    match error {
        AuthenticateError::Invalid => ApiError::new(
            Code::Unauthenticated,
            "the gateway's signature is not valid",
        ),
        error => error.into(),
    }
}

/// Every bearer token there is, also where one too many is.
fn tokens(request: &ServiceRequest) -> impl Iterator<Item = &str> {
    let values = request.headers().get_all(AUTHORIZATION);
    values.filter_map(|value| token_of(core::str::from_utf8(value.as_bytes()).ok()?))
}

/// The token in a header's text, if that is of the scheme.
fn token_of(text: &str) -> Option<&str> {
    let (scheme, token) = text.split_at_checked(SCHEME.len())?;
    let token = scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim());
    token.filter(|token| !token.is_empty())
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
    let token = token_of(text).ok_or_else(|| refused("only Bearer tokens are understood"))?;
    Ok(Some(token))
}
