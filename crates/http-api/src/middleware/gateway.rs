//! Reads what a gateway in front of us says of who is calling: three headers, once each, under their own names and from where
//! the gateway is.

use crate::error::{ApiError, Code};
use crate::extract::read_whole;
use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{HeaderMap, HeaderName};
use application::accounts::GatewayCall;
use bytes::Bytes;
use domain::{Digest, Pii};
use futures::stream;
use platform::config::Networks;
use sha2::{Digest as _, Sha256};

const SUBJECT: HeaderName = HeaderName::from_static("x-muster-subject");
const ROLES: HeaderName = HeaderName::from_static("x-muster-roles");
const SIGNATURE: HeaderName = HeaderName::from_static("x-muster-signature");
const OURS: [HeaderName; 3] = [SUBJECT, ROLES, SIGNATURE];

/// What the gateway says, and its signature under it; `None` when it says nothing. The body is read whole for that, within the
/// limit of its kind, and is there again for whoever comes next.
///
/// # Errors
/// 400 for headers that could be read in two ways, 401 for what comes from somewhere else, and what reading a body can end in.
pub(super) async fn said(
    request: &mut ServiceRequest,
    peers: &Networks,
    limit: u64,
) -> Result<Option<(GatewayCall, String)>, ApiError> {
    let headers = request.headers();
    if let Some(name) = headers.keys().find(|name| is_look_alike(name)) {
        let message = "looks like a header of the gateway and is none";
        return Err(ApiError::parameter(name.as_str(), "look_alike", message));
    }
    let (subject, roles) = (single(headers, &SUBJECT)?, single(headers, &ROLES)?);
    let signature = single(headers, &SIGNATURE)?;
    if subject.is_none() && roles.is_none() && signature.is_none() {
        return Ok(None);
    }
    if !request
        .peer_addr()
        .is_some_and(|peer| peers.contain(peer.ip()))
    {
        let detail = "who is calling is believed only from the gateway";
        return Err(ApiError::new(Code::Unauthenticated, detail));
    }
    let (Some(subject), Some(signature)) = (subject, signature) else {
        let detail = "X-Muster-Subject and X-Muster-Signature belong together";
        return Err(ApiError::parameter(
            "X-Muster-Signature",
            "required",
            detail,
        ));
    };
    let target = request.uri().path_and_query();
    let target = target.map_or_else(String::new, |target| target.as_str().to_owned());
    let call = GatewayCall {
        method: request.method().as_str().to_owned(),
        target,
        body: digest(request, limit).await?,
        subject: Pii::new(subject),
        roles: roles.unwrap_or_default(),
    };
    Ok(Some((call, signature)))
}

/// Some gateways and some applications take `_` for `-`.
fn is_look_alike(name: &HeaderName) -> bool {
    let meant = name.as_str().replace('_', "-");
    OURS.iter()
        .any(|ours| ours.as_str() == meant && ours != name)
}

/// The value of a header that may stand there once.
fn single(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all(name);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ApiError::parameter(
            name.as_str(),
            "doubled",
            "stands there more than once",
        ));
    }
    let text = core::str::from_utf8(value.as_bytes());
    let text = text.map_err(|error| {
        ApiError::parameter(name.as_str(), "malformed", "is no text").caused_by(error)
    })?;
    Ok(Some(text.to_owned()))
}

async fn digest(request: &mut ServiceRequest, limit: u64) -> Result<Digest, ApiError> {
    let payload = request.take_payload();
    let body = read_whole(request.request().clone(), payload, limit).await?;
    let digest = Digest::new(Sha256::digest(&body).into());
    request.set_payload(again(body));
    Ok(digest)
}

fn again(body: Bytes) -> Payload {
    Payload::Stream {
        payload: Box::pin(stream::iter([Ok(body)])),
    }
}
