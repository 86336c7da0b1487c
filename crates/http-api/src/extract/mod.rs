//! Reads requests: each part of one is either a value that cannot be wrong or a problem with its place.

mod body;
mod call;
mod conditions;
mod idempotency;
mod json;
mod json_faults;
mod merge_patch;
mod object;
mod page;
mod query;

pub use body::{BodyFault, read_whole};
pub use call::{Arrival, Call};
pub use conditions::{IfMatch, none_match};
pub use json::{Body, Json, shape_faults};
pub use merge_patch::Patch;
pub use object::Object;
pub use page::{PageParameters, Paging};
pub use query::{Pairs, Parameters};

/// What a request's media type is, without its parameters and in lower case.
#[must_use]
pub fn media_type(request: &actix_web::HttpRequest) -> Option<String> {
    let value = request
        .headers()
        .get(actix_web::http::header::CONTENT_TYPE)?
        .to_str()
        .ok()?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    Some(essence.to_ascii_lowercase())
}
