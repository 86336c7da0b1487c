//! Answers what no middleware hears of, since it never became a request: with an id, headers, a log line and a count like any
//! other answer.

use super::{Stack, arrival, record};
use crate::error::ApiError;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpResponse, ResponseError as _};
use platform::telemetry::scope_blocking;
use std::sync::Arc;
use std::time::Duration;

/// What the log says in place of a method, and metrics call `other`.
const NO_METHOD: &str = "-";

impl Stack {
    /// The whole answer. It took no time, since nothing was done.
    pub(crate) fn answer_unheard(&self, error: &ApiError) -> HttpResponse {
        let shared = &*self.0;
        let (arrival, shown_id) = arrival::of(&HeaderMap::new(), &shared.ids);
        let context = arrival.context;
        context.set_route(record::UNMATCHED);
        scope_blocking(Arc::clone(&context), || {
            error.log();
            let mut response = error.error_response();
            shared
                .headers
                .stamp(&mut response, false, shared.layers.security_headers);
            response.headers_mut().insert(arrival::REQUEST_ID, shown_id);
            record::note(
                shared,
                NO_METHOD,
                response.status(),
                &context,
                Duration::ZERO,
            );
            response
        })
    }
}
