//! Signing in, by password and by invitation.

use super::dto::{
    ChangePasswordBody, RedeemInvitationBody, RefreshBody, SessionsView, SignInBody, TokenView,
};
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::{Call, Json};
use crate::openapi::parameters::SessionPath;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data};

/// Sign in
///
/// Answers an access token that is good for 15 minutes, and a refresh token that is worth the next ones within 30 days.
#[utoipa::path(post, path = "/v1/auth/login", operation_id = "sign_in", tag = "auth", request_body = SignInBody, security(()),
    responses((status = 200, description = "The device's tokens", body = TokenView)))]
pub async fn sign_in(
    api: Data<Api>,
    call: Call,
    body: Json<SignInBody>,
) -> Result<web::Json<TokenView>, ApiError> {
    let (email, password) = body.parse()?;
    let sign_in = &api.accounts.auth.sign_in;
    let tokens = sign_in
        .run(
            &call.request(),
            &email,
            &password,
            call.client(),
            call.source(),
        )
        .await?;
    Ok(web::Json(tokens.into()))
}

/// Redeem an invitation
///
/// Sets the password and answers like a sign-in. The first use of an empty installation's set-up link also takes `email`,
/// `given_name` and `family_name`, and makes the first admin.
#[utoipa::path(post, path = "/v1/auth/invitation", operation_id = "redeem_invitation", tag = "auth", request_body = RedeemInvitationBody, security(()),
    responses((status = 200, description = "The device's tokens", body = TokenView)))]
pub async fn redeem_invitation(
    api: Data<Api>,
    call: Call,
    body: Json<RedeemInvitationBody>,
) -> Result<web::Json<TokenView>, ApiError> {
    let redemption = body.parse()?;
    let token = api
        .accounts
        .auth
        .redeem_invitation
        .run(
            &call.request(),
            &redemption.code,
            &redemption.password,
            redemption.newcomer,
            call.client(),
        )
        .await?;
    Ok(web::Json(token.into()))
}

/// Get the next tokens
///
/// Each refresh token is worth its successor once. Presented again within 30 seconds it is worth the same successor, so that
/// a request sent twice signs nobody out; later two have it, and the device is signed out.
#[utoipa::path(post, path = "/v1/auth/refresh", operation_id = "refresh", tag = "auth", request_body = RefreshBody, security(()),
    responses((status = 200, description = "The device's next tokens", body = TokenView)))]
pub async fn refresh(
    api: Data<Api>,
    call: Call,
    body: Json<RefreshBody>,
) -> Result<web::Json<TokenView>, ApiError> {
    let token = body.parse()?;
    let refresh = &api.accounts.auth.refresh;
    let tokens = refresh.run(&call.request(), &token).await?;
    Ok(web::Json(tokens.into()))
}

/// Sign this device out
///
/// Its tokens are no good from the next request on, within a second at every process.
#[utoipa::path(post, path = "/v1/auth/logout", operation_id = "sign_out", tag = "auth",
    responses((status = 204, description = "The device is signed out")))]
pub async fn sign_out(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    api.accounts.auth.end_sessions.this(&call.request()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sign all of the caller's devices out
#[utoipa::path(post, path = "/v1/auth/logout-all", operation_id = "sign_out_everywhere", tag = "auth",
    responses((status = 204, description = "All devices are signed out, this one too")))]
pub async fn sign_out_everywhere(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    api.accounts.auth.end_sessions.all(&call.request()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change the password
///
/// All other devices are signed out.
#[utoipa::path(post, path = "/v1/auth/password", operation_id = "change_password", tag = "auth", request_body = ChangePasswordBody,
    responses((status = 204, description = "The password is changed")))]
pub async fn change_password(
    api: Data<Api>,
    call: Call,
    body: Json<ChangePasswordBody>,
) -> Result<HttpResponse, ApiError> {
    let (current, new) = body.parse()?;
    let change = &api.accounts.auth.change_password;
    change.run(&call.request(), &current, &new).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the caller's devices
#[utoipa::path(get, path = "/v1/auth/sessions", operation_id = "list_sessions", tag = "auth",
    responses((status = 200, description = "The devices", body = SessionsView)))]
pub async fn list_sessions(
    api: Data<Api>,
    call: Call,
) -> Result<web::Json<SessionsView>, ApiError> {
    let listed = api.accounts.auth.list_sessions.run(call.caller()).await?;
    let items = listed.into_iter().map(Into::into).collect();
    Ok(web::Json(SessionsView { items }))
}

/// Sign one of the caller's devices out
#[utoipa::path(delete, path = "/v1/auth/sessions/{session_id}", operation_id = "end_session", tag = "auth",
    params(SessionPath),
    responses((status = 204, description = "The device is signed out")))]
pub async fn end_session(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    let session = call.session()?;
    let end = &api.accounts.auth.end_sessions;
    end.one(&call.request(), session).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The public keys of access tokens
///
/// A JSON Web Key Set (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "find_keys", tag = "auth", security(()),
    responses((status = 200, description = "The key set", content_type = "application/json", body = serde_json::Value)))]
pub async fn jwks(api: Data<Api>, _call: Call) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body((api.jwks)())
}
