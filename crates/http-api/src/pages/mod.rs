//! The few pages for people. Each is one self-contained file with a strict content policy; scripts are files of their own.

use crate::openapi::openapi_json;
use crate::routes::at;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION};
use actix_web::web::ServiceConfig;
use utoipa_swagger_ui::{Config, SwaggerUi};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Registers the pages; that of invitations where people sign in here.
pub(crate) fn configure(config: &mut ServiceConfig, here: bool) {
    at("/").get(home, &[]).register(config);
    if here {
        at("/invitation").get(invitation, &[]).register(config);
        at("/assets/invitation.js")
            .get(invitation_script, &[])
            .register(config);
    }
    at("/assets/home.js").get(home_script, &[]).register(config);
    at("/assets/pages.css").get(style, &[]).register(config);
    at("/api-docs/openapi.json")
        .get(document, &[])
        .register(config);
    at("/swagger-ui").get(to_swagger, &[]).register(config);
    config.service(
        SwaggerUi::new("/swagger-ui/{_:.*}")
            .config(Config::from("/api-docs/openapi.json").try_it_out_enabled(true)),
    );
}

async fn home() -> HttpResponse {
    page("text/html; charset=utf-8", include_str!("assets/home.html"))
}

async fn invitation() -> HttpResponse {
    page(
        "text/html; charset=utf-8",
        include_str!("assets/invitation.html"),
    )
}

async fn invitation_script() -> HttpResponse {
    page(
        "text/javascript; charset=utf-8",
        include_str!("assets/invitation.js"),
    )
}

async fn home_script() -> HttpResponse {
    page(
        "text/javascript; charset=utf-8",
        include_str!("assets/home.js"),
    )
}

async fn style() -> HttpResponse {
    page("text/css; charset=utf-8", include_str!("assets/pages.css"))
}

fn page(kind: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}

async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(openapi_json())
}

async fn to_swagger() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, "/swagger-ui/"))
        .finish()
}

#[cfg(test)]
mod tests;
