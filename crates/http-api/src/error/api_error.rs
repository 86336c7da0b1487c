//! A failure on its way to the client, with the cause that stays behind for the log.

use super::{Code, FieldError, Outcome, Problem};
use actix_web::http::header::{
    ALLOW, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, ResponseError};
use core::fmt;
use domain::Version;
use serde_json::Value;
use std::borrow::Cow;
use std::time::Duration;

/// Whatever caused a failure.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A failure of a request: for the client a [`Problem`], for the log a chain of causes.
pub struct ApiError(Box<Inner>);

struct Inner {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    members: Vec<(&'static str, Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    outcome: Option<Outcome>,
    wait: Option<u64>,
    source: Option<BoxError>,
}

impl ApiError {
    /// A failure of this kind; `detail` is for the client and must hold nothing that it may not know.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            members: Vec::new(),
            headers: Vec::new(),
            outcome: None,
            wait: None,
            source: None,
        }))
    }

    /// Something that is broken on our side; the cause is for the log alone.
    pub fn internal(source: impl Into<BoxError>) -> Self {
        Self::new(
            Code::Internal,
            "an unexpected failure was logged under the request_id",
        )
        .caused_by(source)
    }

    /// There is no such thing, or the caller may not know that there is.
    #[must_use]
    pub fn not_found(what: &'static str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// A stale version; the client gets the present one as an ETag.
    #[must_use]
    pub fn outdated(now: Version) -> Self {
        let detail = format!("it is at version {} by now", now.number());
        Self::new(Code::VersionMismatch, detail).with_header(ETAG, format!("\"{}\"", now.number()))
    }

    /// One bad parameter.
    #[must_use]
    pub fn parameter(name: &str, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let detail = format!("{name}: {message}");
        Self::new(Code::InvalidParameter, detail)
            .with_errors(vec![FieldError::of_parameter(name, code, message)])
    }

    /// The same failure with all its faults.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same failure with a member of its own.
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.members.push((name, value.into()));
        self
    }

    /// The same failure with the methods that are allowed.
    #[must_use]
    pub fn allowing(self, methods: &str) -> Self {
        self.with_header(ALLOW, methods.to_owned())
    }

    /// The same failure with the size that ranges must fit in.
    #[must_use]
    pub fn of_size(self, bytes: u64) -> Self {
        self.with_header(CONTENT_RANGE, format!("bytes */{bytes}"))
    }

    /// The same failure with a time after which trying again makes sense: whole seconds, at least one.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.0.wait = Some(seconds.max(1));
        self
    }

    /// The same failure where more is known about what became of the change.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = Some(outcome);
        self
    }

    /// The same failure with its cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    fn with_header(mut self, name: HeaderName, value: String) -> Self {
        if let Ok(value) = HeaderValue::from_maybe_shared(bytes::Bytes::from(value)) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// Which kind of failure it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the client is told, under this request's id.
    #[must_use]
    pub fn problem(&self, request_id: Option<String>) -> Problem {
        let mut problem = Problem::of(self.0.code, self.0.detail.clone());
        problem.outcome = self.0.outcome.unwrap_or(self.0.code.outcome()).name();
        problem.request_id = request_id;
        problem.errors.clone_from(&self.0.errors);
        problem.members = self
            .0
            .members
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        problem
    }

    /// Logs the chain of causes. Called once, where the answer leaves.
    pub fn log(&self) {
        let code = self.code().name();
        match &self.0.source {
            Some(source) if self.code().status().is_server_error() => {
                tracing::error!(
                    code,
                    error = &**source as &(dyn std::error::Error + 'static),
                    "a request failed"
                );
            }
            Some(source) => tracing::debug!(
                code,
                error = &**source as &(dyn std::error::Error + 'static),
                "a request was refused"
            ),
            None if self.code().status().is_server_error() => {
                tracing::warn!(code, "a request failed")
            }
            None => {}
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiError")
            .field("code", &self.0.code)
            .field("errors", &self.0.errors)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.code.name())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> actix_web::http::StatusCode {
        self.code().status()
    }

    fn error_response(&self) -> HttpResponse {
        let request_id =
            platform::telemetry::current().map(|context| context.request_id().to_owned());
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, PROBLEM));
        if let Some(seconds) = self.0.wait.or(self.code().retry_after()) {
            response.insert_header((RETRY_AFTER, HeaderValue::from(seconds)));
        }
        match self.code() {
            Code::Unauthenticated => {
                response.insert_header((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
            }
            Code::InvalidCredentials | Code::TokenExpired | Code::RefreshTokenInvalid => {
                response.insert_header((
                    WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer error=\"invalid_token\""),
                ));
            }
            _ => {}
        }
        for (name, value) in &self.0.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        // A problem holds nothing but texts and numbers, which always serialise.
        response.body(serde_json::to_vec(&self.problem(request_id)).unwrap_or_default())
    }
}
