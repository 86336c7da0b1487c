//! What every controller needs of a request besides its body: who asks, for what, under which conditions.

use super::{IfMatch, Pairs, Parameters, idempotency};
use crate::error::{ApiError, Code};
use crate::routes::Pattern;
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use application::{Caller, Claim, Fingerprint, Request};
use domain::Digest;
use domain::accounts::Client;
use domain::ids::{ErasureId, ImageId, KeyId, SessionId, UserId};
use domain::limits::Source;
use platform::telemetry::{RequestContext, TraceParent};
use std::future::{Ready, ready};
use std::sync::Arc;
use uuid::Uuid;

/// What the middlewares found out about a request.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its ids, as log lines show them.
    pub context: Arc<RequestContext>,
    /// Its place in a trace.
    pub trace: Option<TraceParent>,
    /// Who sent it.
    pub caller: Caller,
    /// Where it comes from.
    pub source: Source,
}

/// A request but for its body. Unknown query parameters have been refused.
pub struct Call<Q = ()> {
    request: HttpRequest,
    caller: Caller,
    /// What stood in the query string.
    pub query: Q,
}

impl<Q> Call<Q> {
    /// Who asks.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The request as a use case sees it, without a key.
    #[must_use]
    pub fn request(&self) -> Request {
        let extensions = self.request.extensions();
        let arrival = extensions.get::<Arrival>();
        Request {
            caller: self.caller.clone(),
            // What is kept for good is never a client's own words: this is the id of the request unless it or its trace
            // was named elsewhere, and log lines have both.
            request_id: arrival
                .map(|arrival| arrival.context.trace_id().to_owned())
                .unwrap_or_default(),
            traceparent: arrival
                .and_then(|arrival| arrival.trace)
                .map(|trace| trace.to_string()),
            idempotency: None,
        }
    }

    /// The request under its key, if it has one. `body` is the digest of the body.
    ///
    /// # Errors
    /// [`Code::IdempotencyKeyInvalid`].
    pub fn keyed(&self, body: &Digest) -> Result<Request, ApiError> {
        let condensed = format!("{} {} {body}", self.request.method(), self.target());
        self.claimed(condensed)
    }

    /// The request under its key, if it has one, for a body whose digest will be known later.
    ///
    /// # Errors
    /// [`Code::IdempotencyKeyInvalid`].
    pub fn keyed_before_body(&self) -> Result<Request, ApiError> {
        self.claimed(format!("{} {}", self.request.method(), self.target()))
    }

    fn claimed(&self, condensed: String) -> Result<Request, ApiError> {
        let claim = idempotency::key(self.request.headers())?.map(|key| Claim {
            key,
            fingerprint: Fingerprint::new(condensed),
        });
        Ok(self.request().keyed(claim))
    }

    fn target(&self) -> &str {
        self.request
            .uri()
            .path_and_query()
            .map_or("", |target| target.as_str())
    }

    /// The versions that the change is meant for.
    ///
    /// # Errors
    /// [`Code::PreconditionRequired`] without `If-Match`, 400 for a malformed one.
    pub fn if_match(&self) -> Result<IfMatch, ApiError> {
        let required = || {
            ApiError::new(
                Code::PreconditionRequired,
                "send the ETag of what you read as If-Match",
            )
        };
        IfMatch::read(self.request.headers())?.ok_or_else(required)
    }

    /// The person that `{id}` in the path names; `me` is the caller.
    ///
    /// # Errors
    /// 400 for something else than an id, 401 for `me` when nobody is signed in.
    pub fn user(&self) -> Result<UserId, ApiError> {
        match self.segment("id") {
            "me" => self.me(),
            raw => Ok(UserId::new(uuid("id", raw)?)),
        }
    }

    /// The caller's own id.
    ///
    /// # Errors
    /// 401 when nobody is signed in.
    pub fn me(&self) -> Result<UserId, ApiError> {
        self.caller.must_be_a_person().map_err(ApiError::from)
    }

    /// The photo that `{image_id}` in the path names.
    ///
    /// # Errors
    /// 400 for something else than an id.
    pub fn image(&self) -> Result<ImageId, ApiError> {
        uuid("image_id", self.segment("image_id")).map(ImageId::new)
    }

    /// The device that `{session_id}` in the path names.
    ///
    /// # Errors
    /// 400 for something else than an id.
    pub fn session(&self) -> Result<SessionId, ApiError> {
        uuid("session_id", self.segment("session_id")).map(SessionId::new)
    }

    /// Where the request comes from.
    #[must_use]
    pub fn source(&self) -> Source {
        let extensions = self.request.extensions();
        let arrival = extensions.get::<Arrival>();
        arrival.map_or(Source::UNKNOWN, |arrival| arrival.source)
    }

    /// The machine key that `{key_id}` in the path names.
    ///
    /// # Errors
    /// 400 for something else than an id.
    pub fn key(&self) -> Result<KeyId, ApiError> {
        uuid("key_id", self.segment("key_id")).map(KeyId::new)
    }

    /// The erasure that `{erasure_id}` in the path names.
    ///
    /// # Errors
    /// 400 for something else than an id.
    pub fn erasure(&self) -> Result<ErasureId, ApiError> {
        uuid("erasure_id", self.segment("erasure_id")).map(ErasureId::new)
    }

    /// What the client says of itself.
    #[must_use]
    pub fn client(&self) -> Option<Client> {
        let said = self.request.headers().get(USER_AGENT)?;
        Client::read(said.to_str().ok()?)
    }

    /// A segment of the path; empty when the route has none of this name.
    #[must_use]
    pub fn segment(&self, name: &str) -> &str {
        self.request.match_info().get(name).unwrap_or_default()
    }

    /// The request as actix knows it.
    #[must_use]
    pub const fn http(&self) -> &HttpRequest {
        &self.request
    }
}

fn uuid(name: &str, raw: &str) -> Result<Uuid, ApiError> {
    crate::error::parse_uuid(raw)
        .ok_or_else(|| ApiError::parameter(name, "malformed", "is not a UUID"))
}

impl<Q: Parameters> FromRequest for Call<Q> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

/// What anybody may ask. Everywhere else a stranger is told to sign in before anything of the request is judged.
const OPEN: [&str; 6] = [
    "/v1/errors",
    "/v1/errors/{code}",
    "/v1/auth/login",
    "/v1/auth/refresh",
    "/v1/auth/invitation",
    "/.well-known/jwks.json",
];

fn read<Q: Parameters>(request: &HttpRequest) -> Result<Call<Q>, ApiError> {
    let arrival = request.extensions().get::<Arrival>().cloned();
    let caller = arrival
        .as_ref()
        .map_or(Caller::ANONYMOUS, |arrival| arrival.caller.clone());
    let pattern = Pattern::of(request).unwrap_or_default();
    if caller == Caller::ANONYMOUS && !OPEN.contains(&pattern) {
        return Err(ApiError::new(Code::Unauthenticated, "sign in first"));
    }
    if let Some(arrival) = arrival {
        arrival.context.set_route(pattern);
    }
    let mut pairs = Pairs::parse(request.query_string())?;
    let query = Q::read(&mut pairs);
    let query = pairs.finish(query)?;
    Ok(Call {
        request: request.clone(),
        caller,
        query,
    })
}
