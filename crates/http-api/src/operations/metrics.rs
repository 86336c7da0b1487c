//! The numbers of the process, in the format that the scraper asks for.

use super::Operations;
use actix_web::http::header::ACCEPT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use platform::telemetry::metrics::{OPENMETRICS_CONTENT_TYPE, TEXT_CONTENT_TYPE};

/// OpenMetrics for those who accept it, the classic text format for everybody else.
pub(super) async fn scrape(request: HttpRequest, operations: Data<Operations>) -> HttpResponse {
    let accepted = request
        .headers()
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok());
    let (kind, text) = if accepted
        .into_iter()
        .any(|accepted| accepted.contains("application/openmetrics-text"))
    {
        (
            OPENMETRICS_CONTENT_TYPE,
            operations.metrics.encode_openmetrics(),
        )
    } else {
        (TEXT_CONTENT_TYPE, operations.metrics.encode_text())
    };
    HttpResponse::Ok().content_type(kind).body(text)
}
