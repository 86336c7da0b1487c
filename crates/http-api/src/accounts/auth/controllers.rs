//! Signing in, by password and by invitation.

use super::dto::{RedeemInvitationBody, SignInBody, TokenView};
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::{Call, Json};
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data};

/// Sign in
///
/// Answers an access token that is good for 15 minutes.
#[utoipa::path(post, path = "/v1/auth/login", operation_id = "sign_in", tag = "auth", request_body = SignInBody, security(()),
    responses((status = 200, description = "The person's token", body = TokenView)))]
pub async fn sign_in(
    api: Data<Api>,
    _call: Call,
    body: Json<SignInBody>,
) -> Result<web::Json<TokenView>, ApiError> {
    let (email, password) = body.parse()?;
    let token = api.accounts.auth.sign_in.run(&email, &password).await?;
    Ok(web::Json(token.into()))
}

/// Redeem an invitation
///
/// Sets the password and answers like a sign-in. The first use of an empty installation's set-up link also takes `email`,
/// `given_name` and `family_name`, and makes the first admin.
#[utoipa::path(post, path = "/v1/auth/invitation", operation_id = "redeem_invitation", tag = "auth", request_body = RedeemInvitationBody, security(()),
    responses((status = 200, description = "The person's token", body = TokenView)))]
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
        )
        .await?;
    Ok(web::Json(token.into()))
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
