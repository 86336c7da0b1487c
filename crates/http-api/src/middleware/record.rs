//! Makes every failure a problem, and tells log and metrics of every answer, once.

use super::pass::Answered;
use super::{Shared, rate_limit};
use crate::error::{ApiError, Code};
use crate::routes::{Pattern, SWAGGER_UI};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use platform::telemetry::RequestContext;
use std::time::Duration;

/// Names the route, logs the cause of a failure, and turns a failure that is not ours into a problem.
pub(super) fn complete(answer: &mut Answered, context: &RequestContext) {
    if context.route().is_none() {
        let answer = answer.as_ref().ok();
        let pattern = answer.and_then(|answer| pattern_of(answer.request()));
        context.set_route(pattern.unwrap_or(UNMATCHED));
    }
    let response = answer
        .as_mut()
        .map_or_else(|early| early, |answer| answer.response_mut());
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return;
    }
    match response
        .error()
        .and_then(|error| error.as_error::<ApiError>())
    {
        Some(error) => error.log(),
        None if speaks_json(response) => {}
        None => replace(response),
    }
}

/// What has no route is logged and counted under this one.
pub(super) const UNMATCHED: &str = "unmatched";

/// Swagger UI brings a resource of its own.
fn pattern_of(request: &HttpRequest) -> Option<&'static str> {
    Pattern::of(request).or_else(|| {
        let is_swagger = request.path().starts_with(SWAGGER_UI);
        is_swagger.then_some("/swagger-ui/{_:.*}")
    })
}

fn speaks_json(response: &HttpResponse) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .map(|value| value.as_bytes());
    kind.is_some_and(|kind| {
        kind.starts_with(b"application/json") || kind.starts_with(b"application/problem+json")
    })
}

/// A rejection by actix itself, in plain text or without a body.
fn replace(response: &mut HttpResponse) {
    let code = code_of(response.status());
    if code == Code::Internal {
        tracing::error!(
            code = code.name(),
            http.status = response.status().as_u16(),
            "a request failed outside of our code"
        );
    }
    let mut problem = ApiError::new(code, code.title()).error_response();
    for name in [ALLOW].iter().chain(&rate_limit::FIELDS) {
        if let Some(value) = response.headers().get(name) {
            problem.headers_mut().insert(name.clone(), value.clone());
        }
    }
    *response = problem;
}

fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::Forbidden,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        StatusCode::RANGE_NOT_SATISFIABLE => Code::RangeNotSatisfiable,
        other if other.is_client_error() => Code::InvalidParameter,
        _ => Code::Internal,
    }
}

/// One log line and one observation. Probes and scrapes are logged at DEBUG: there is one every few seconds.
pub(super) fn note(
    shared: &Shared,
    method: &str,
    status: StatusCode,
    context: &RequestContext,
    took: Duration,
) {
    let status = status.as_u16();
    if shared.layers.metrics {
        shared
            .metrics
            .http_request(method, context.route(), status, took);
    }
    if shared.layers.access_log {
        let duration_ms = (took.as_secs_f64() * 1e6).round() / 1e3;
        match context.route() {
            Some(route) if is_machinery(route) => tracing::debug!(
                http.method = method,
                http.status = status,
                duration_ms,
                "request answered"
            ),
            Some(_) | None => tracing::info!(
                http.method = method,
                http.status = status,
                duration_ms,
                "request answered"
            ),
        }
    }
}

fn is_machinery(route: &str) -> bool {
    route.starts_with("/health") || matches!(route, "/readyz" | "/metrics")
}
