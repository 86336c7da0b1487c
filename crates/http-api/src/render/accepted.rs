//! The answer to what takes longer than a request: 202, and where to look.

use actix_web::body::BoxBody;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

/// Something that has begun.
pub struct Accepted<T> {
    location: String,
    view: T,
}

impl<T> Accepted<T> {
    /// What has begun, and its address.
    #[must_use]
    pub const fn at(location: String, view: T) -> Self {
        Self { location, view }
    }
}

impl<T: Serialize> Responder for Accepted<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Accepted()
            .insert_header((LOCATION, self.location))
            .json(self.view)
    }
}
