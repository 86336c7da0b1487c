//! The answer to a creation: 201, where it is, and whether the same key had created it before.

use super::{REPLAYED, etag};
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use application::Committed;
use domain::Version;
use serde::Serialize;

/// Something that was made, now or under the same key before.
pub struct Created<T> {
    status: StatusCode,
    view: T,
    location: Option<String>,
    version: Option<Version>,
    replayed: bool,
}

impl<T> Created<T> {
    /// What was made, without an address of its own.
    #[must_use]
    pub const fn new(view: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            view,
            location: None,
            version: None,
            replayed: false,
        }
    }

    /// What came of a keyed creation; `at` says where it is and at which version.
    pub fn committed<M>(
        committed: Committed<M>,
        at: impl FnOnce(&M) -> (String, Version),
        view: impl FnOnce(M) -> T,
    ) -> Self {
        let replayed = committed.is_replayed();
        let made = committed.into_inner();
        let (location, version) = at(&made);
        Self {
            status: StatusCode::CREATED,
            view: view(made),
            location: Some(location),
            version: Some(version),
            replayed,
        }
    }

    /// The same, where nothing new was made.
    #[must_use]
    pub const fn already_there(mut self, was_there: bool) -> Self {
        if was_there {
            self.status = StatusCode::OK;
        }
        self
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        if let Some(version) = self.version {
            response.insert_header((ETAG, etag(version)));
        }
        if self.replayed {
            response.insert_header(REPLAYED);
        }
        response.json(self.view)
    }
}
