//! What the HTTP edge is told: limits, switches and the address people reach us at.

use actix_web::http::Method;
use actix_web::{HttpRequest, dev::ServiceRequest};
use platform::config::{HttpSettings, Networks};
use std::time::Duration;

/// Bytes that a form may have besides the picture in it.
const FORM_SLACK: u64 = 64 * 1024;
/// How long a whole body may take to arrive, however steadily it does.
const WHOLE_BODY: Duration = Duration::from_secs(120);
/// What an upload may take once its body has arrived; more than its own deadline of 60 s.
const AFTER_UPLOAD: Duration = Duration::from_secs(70);

/// Limits on requests; each is an inclusive maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a JSON body.
    pub json_bytes: u64,
    /// Bytes of any body, but for the form around an upload.
    pub body_bytes: u64,
    /// Headers.
    pub headers: usize,
    /// Bytes of all header names and values.
    pub header_bytes: usize,
    /// How long a body may pause.
    pub body_idle: Duration,
    /// How long a body may take.
    pub body_whole: Duration,
    /// How long a handler may take.
    pub handler_deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 1024 * 1024,
            body_bytes: 10 * 1024 * 1024,
            headers: 64,
            header_bytes: 16 * 1024,
            body_idle: Duration::from_secs(10),
            body_whole: WHOLE_BODY,
            handler_deadline: Duration::from_secs(30),
        }
    }
}

impl From<&HttpSettings> for Limits {
    fn from(settings: &HttpSettings) -> Self {
        Self {
            json_bytes: settings.max_json_bytes as u64,
            body_bytes: settings.max_body_bytes as u64,
            body_idle: settings.body_idle_timeout,
            handler_deadline: settings.handler_deadline,
            ..Self::default()
        }
    }
}

impl Limits {
    /// The limits that hold for a request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        request.app_data::<Self>().copied().unwrap_or_default()
    }

    /// Bytes that this request's body may have.
    #[must_use]
    pub fn body_of(&self, request: &ServiceRequest) -> u64 {
        if is_upload(request) {
            self.body_bytes + FORM_SLACK
        } else {
            self.body_bytes
        }
    }

    /// How long this request may take: uploads and scans have their own, longer deadlines.
    #[must_use]
    pub fn deadline_of(&self, request: &ServiceRequest) -> Duration {
        let long = is_upload(request) || request.path() == "/v1/admin/consistency/scan";
        if long {
            self.handler_deadline.max(self.body_whole + AFTER_UPLOAD)
        } else {
            self.handler_deadline
        }
    }
}

/// Whether a request brings a picture.
pub(crate) fn is_upload(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.path().ends_with("/images")
}

/// Which middlewares are in place; all of them but in a benchmark that prices each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    /// One log line a request.
    pub access_log: bool,
    /// Rate, errors and duration.
    pub metrics: bool,
    /// Security headers.
    pub security_headers: bool,
    /// A panic becomes an answer.
    pub panics: bool,
    /// Sizes and speeds.
    pub limits: bool,
    /// Bearer tokens.
    pub sign_in: bool,
    /// Rates.
    pub rate_limits: bool,
    /// The handler's deadline.
    pub deadline: bool,
}

impl Layers {
    /// Everything: what is served.
    pub const ALL: Self = Self {
        access_log: true,
        metrics: true,
        security_headers: true,
        panics: true,
        limits: true,
        sign_in: true,
        rate_limits: true,
        deadline: true,
    };
    /// Nothing but request ids.
    pub const NONE: Self = Self {
        access_log: false,
        metrics: false,
        security_headers: false,
        panics: false,
        limits: false,
        sign_in: false,
        rate_limits: false,
        deadline: false,
    };
}

/// What the HTTP edge is told.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Limits on requests.
    pub limits: Limits,
    /// Which middlewares are in place.
    pub layers: Layers,
    /// Whether to send `Strict-Transport-Security`.
    pub hsts: bool,
    /// The value of `X-XSS-Protection`.
    pub xss_protection: String,
    /// The proxies whose word counts on where a request comes from.
    pub trusted_proxies: Networks,
    /// Where a gateway is that says who is calling; nowhere but in that mode.
    pub gateway_peers: Networks,
    /// The origins whose pages may read answers.
    pub cors_origins: Vec<String>,
    /// Where people reach us, without a trailing slash.
    pub public_url: String,
}

impl HttpConfig {
    /// What the settings of the process say.
    #[must_use]
    pub fn new(settings: &HttpSettings, public_url: impl Into<String>) -> Self {
        Self {
            limits: Limits::from(settings),
            layers: Layers::ALL,
            hsts: settings.hsts,
            xss_protection: settings.xss_protection.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            gateway_peers: Networks::default(),
            cors_origins: settings.cors_origins.clone(),
            public_url: public_url.into(),
        }
    }

    /// The same behind a gateway that is in these networks.
    #[must_use]
    pub fn behind(mut self, gateway_peers: Networks) -> Self {
        self.gateway_peers = gateway_peers;
        self
    }
}
