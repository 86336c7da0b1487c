//! Headers that keep browsers from doing more with an answer than it is for.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
};

/// For answers that are no pages: nothing may be loaded, run or framed.
const API: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);
/// For Swagger UI, which styles itself inline and draws with data URLs. Scripts are ours alone.
const SWAGGER: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// The headers of every answer, made once.
pub(super) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(super) fn new(hsts: bool, xss_protection: &str) -> Self {
        let xss =
            HeaderValue::from_str(xss_protection).unwrap_or_else(|_| HeaderValue::from_static("0"));
        let mut headers = vec![
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (X_XSS_PROTECTION, xss),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ];
        if hsts {
            headers.push((
                STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000; includeSubDomains"),
            ));
        }
        Self(headers)
    }

    /// Adds the headers; an answer's own content policy and caching stand.
    pub(super) fn stamp(&self, response: &mut HttpResponse, is_swagger: bool, wanted: bool) {
        if !wanted {
            return;
        }
        let headers = response.headers_mut();
        for (name, value) in &self.0 {
            headers.insert(name.clone(), value.clone());
        }
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            headers.insert(
                CONTENT_SECURITY_POLICY,
                if is_swagger { SWAGGER } else { API },
            );
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}
