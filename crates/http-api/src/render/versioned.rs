//! A single resource with its ETag, and 304 for those who have it.

use super::etag;
use crate::extract::none_match;
use actix_web::body::BoxBody;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use domain::Version;
use serde::Serialize;

const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// A resource at a version.
pub struct Versioned<T> {
    version: Version,
    view: T,
}

impl<T> Versioned<T> {
    /// The resource as of this version.
    #[must_use]
    pub const fn new(version: Version, view: T) -> Self {
        Self { version, view }
    }
}

impl<T: Serialize> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = etag(self.version);
        let known = request.method().is_safe() && none_match(request.headers(), &tag);
        let mut response = if known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((ETAG, tag))
            .insert_header((CACHE_CONTROL, PRIVATE));
        if known {
            response.finish()
        } else {
            response.json(self.view)
        }
    }
}
