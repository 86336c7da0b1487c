//! Which other origins' pages may read our answers (the CORS protocol of <https://fetch.spec.whatwg.org/#http-cors-protocol>).
//! There are no cookies, so there are no credentials to allow: a page sends the token that it has.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};

/// What pages send besides what they always may.
const ALLOWED_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, idempotency-key, if-match, if-none-match, range, traceparent, x-request-id",
);
const ALLOWED_METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// What pages may read besides what they always may.
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "content-range, etag, idempotency-replayed, location, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id",
);
/// For how long a browser need not ask again, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const WHAT_IS_ASKED: HeaderValue =
    HeaderValue::from_static("origin, access-control-request-method");
const WHO_ASKS: HeaderValue = HeaderValue::from_static("origin");

/// The origins that may.
#[derive(Debug, Clone, Default)]
pub(super) struct Cors(Vec<HeaderValue>);

impl Cors {
    /// Allows these origins, each as a browser writes it.
    pub(super) fn new(origins: &[String]) -> Self {
        let origins = origins.iter().map(|origin| HeaderValue::from_str(origin));
        Self(origins.filter_map(Result::ok).collect())
    }

    /// The origin of a request, if it may.
    pub(super) fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.0.is_empty() {
            return None;
        }
        let mut origins = headers.get_all(ORIGIN);
        let origin = origins.next().filter(|_| origins.next().is_none())?;
        self.0.iter().find(|known| *known == origin).cloned()
    }

    /// The answer to a browser that asks beforehand whether a page may.
    pub(super) fn preflight(&self, request: &ServiceRequest) -> Option<HttpResponse> {
        let asks = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.allowed(request.headers()).is_none() {
            return None;
        }
        let mut answer = HttpResponse::NoContent();
        answer
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS))
            .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
            .insert_header((VARY, WHAT_IS_ASKED));
        Some(answer.finish())
    }

    /// Lets the page of this origin read an answer. Where some origins may, what stands in a shared cache depends on who
    /// asks, whoever it is.
    pub(super) fn stamp(&self, response: &mut HttpResponse, origin: Option<HeaderValue>) {
        if self.0.is_empty() {
            return;
        }
        let headers = response.headers_mut();
        let told = |value: &HeaderValue| *value == WHO_ASKS || *value == WHAT_IS_ASKED;
        if !headers.get_all(VARY).any(told) {
            headers.append(VARY, WHO_ASKS);
        }
        if let Some(origin) = origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        }
    }
}
