//! Probes: one word, whether to send work, and everything.

use super::Operations;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

/// The process turns over.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "alive" }))
}

/// New work is welcome.
pub(super) async fn ready(operations: Data<Operations>) -> HttpResponse {
    let view = operations.health.ready();
    answered(view.ready, &view)
}

/// One word.
pub(super) async fn summary(operations: Data<Operations>) -> HttpResponse {
    let view = operations.health.health();
    answered(view.is_ok(), &view)
}

/// Everything.
pub(super) async fn detailed(operations: Data<Operations>) -> HttpResponse {
    let is_ok = operations.health.health().is_ok();
    answered(is_ok, &operations.health.detailed())
}

fn answered(is_ok: bool, view: &impl Serialize) -> HttpResponse {
    HttpResponse::build(if is_ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    })
    .json(view)
}
