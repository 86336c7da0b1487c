//! The OpenAPI document: what the derives say, completed from the same table that registers the routes, so that it names
//! every status and every code that an operation can answer.

mod answers;
pub(crate) mod parameters;
mod schemas;

use crate::accounts::{api_keys, auth, images, people, users};
use crate::admin;
use crate::error::{FieldError, Problem, catalogue};
use bytes::Bytes;
use std::sync::OnceLock;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(title = "Muster", description = "The self-hosted backend for teams that work in shifts. Every failure is a problem (RFC 9457) with a stable `code`; the catalogue is at `/v1/errors`. Wrong methods are 405, unknown addresses 404.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"), contact(name = "The people who run this installation")),
    servers((url = "/", description = "This server")),
    tags(
        (name = "auth", description = "Signing in"),
        (name = "keys", description = "Machine keys"),
        (name = "users", description = "People in the staff directory"),
        (name = "people", description = "What colleagues get to see of each other"),
        (name = "images", description = "A person's photos"),
        (name = "admin", description = "For administrators"),
        (name = "errors", description = "The catalogue of errors"),
    ),
    security(("bearer" = [])),
    modifiers(&Bearer),
    components(schemas(Problem, FieldError)),
    paths(
        auth::paths::sign_in, auth::paths::refresh, auth::paths::sign_out, auth::paths::sign_out_everywhere, auth::paths::change_password,
        auth::paths::list_sessions, auth::paths::end_session, auth::paths::redeem_invitation, auth::paths::jwks,
        api_keys::paths::create_key, api_keys::paths::list_keys, api_keys::paths::revoke_key,
        users::paths::list_users, users::paths::register_user, users::paths::register_users, users::paths::find_user, users::paths::change_user,
        users::paths::delete_user, users::paths::restore_user, users::paths::suspend_user, users::paths::activate_user, users::paths::invite_user,
        users::paths::read_audit_trail, users::paths::export_user, users::paths::erase_user, users::paths::find_erasure, users::paths::find_me, people::paths::list_people,
        images::paths::list_images, images::paths::add_image, images::paths::delete_images, images::paths::find_image, images::paths::delete_image,
        images::paths::read_variant, images::paths::find_avatar, images::paths::choose_avatar,
        admin::paths::check_consistency, admin::paths::scan_objects,
        catalogue::list, catalogue::find,
    )
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The `access_token` of `POST /v1/auth/login`, or a key of `POST /v1/keys`",
            ))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// The whole document; no server is needed for it.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    for endpoint in crate::routes::endpoints() {
        answers::complete(&mut document, &endpoint);
    }
    schemas::close(&mut document);
    document
}

/// The document as it is served, made once.
pub(crate) fn openapi_json() -> Bytes {
    static JSON: OnceLock<Bytes> = OnceLock::new();
    // The document is made of texts and numbers, which always serialise.
    JSON.get_or_init(|| Bytes::from(openapi().to_json().unwrap_or_default()))
        .clone()
}

#[cfg(test)]
mod tests;
