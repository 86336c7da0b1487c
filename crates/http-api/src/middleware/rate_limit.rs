//! Counts every request and says what remains, in the fields of the IETF draft "RateLimit header fields for HTTP"
//! (draft-ietf-httpapi-ratelimit-headers-10).

use crate::error::{ApiError, Code};
use crate::settings::is_upload;
use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use application::Caller;
use application::limits::{Counted, LimitRequests, RequestKind};
use bytes::Bytes;
use domain::limits::Source;
use std::time::Duration;

/// What answers say of rates.
pub(super) const FIELDS: [HeaderName; 2] = [POLICY, STATE];
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// Counts the request, unless it is a probe, which nobody may refuse.
pub(super) async fn counted(
    limit: &LimitRequests,
    request: &ServiceRequest,
    caller: &Caller,
    source: Source,
) -> Option<Counted> {
    if is_probe(request.path()) {
        return None;
    }
    let kind = match is_upload(request) {
        true => RequestKind::Upload,
        false => RequestKind::Plain,
    };
    limit.run(caller, source, kind).await
}

fn is_probe(path: &str) -> bool {
    path.starts_with("/health") || matches!(path, "/readyz" | "/metrics")
}

/// The refusal, if the request was one too many.
pub(super) fn refusal(counted: &Counted) -> Option<ApiError> {
    if counted.verdict.is_allowed() {
        return None;
    }
    let wait = counted.verdict.retry_after();
    let wait = wait.unwrap_or(counted.verdict.reset_after);
    let detail = format!("too many requests for the rule `{}`", counted.rule);
    Some(ApiError::new(Code::RateLimited, detail).after(wait))
}

/// Tells the client what remains.
pub(super) fn stamp(response: &mut HttpResponse, counted: &Counted) {
    let Counted {
        rule,
        rate,
        verdict,
    } = counted;
    // The time in which an empty bucket fills; of a share as of the whole.
    let window = rate.period() * rate.burst() / rate.requests();
    let headers = response.headers_mut();
    headers.insert(
        POLICY,
        value(format!(
            "\"{rule}\";q={};w={}",
            verdict.limit,
            seconds(window)
        )),
    );
    let (remaining, reset) = (verdict.remaining, seconds(verdict.reset_after));
    headers.insert(STATE, value(format!("\"{rule}\";r={remaining};t={reset}")));
}

/// Whole seconds, not too few.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn value(text: String) -> HeaderValue {
    let made = HeaderValue::from_maybe_shared(Bytes::from(text));
    made.unwrap_or_else(|_| HeaderValue::from_static(""))
}
