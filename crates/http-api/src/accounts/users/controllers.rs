//! One person: entered, looked up, deleted.

use super::body::RegisterUserBody;
use super::view::UserView;
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::{Call, Json};
use crate::openapi::parameters::{IfMatchHeader, IfNoneMatchHeader, KeyHeader, PersonPath};
use crate::render::{Created, Versioned};
use actix_web::HttpResponse;
use actix_web::web::Data;
use application::accounts::StatusChange;
use domain::Version;
use domain::ids::UserId;

/// Enter a person
///
/// Managers enter members; only admins enter managers and admins. The person gets a password by invitation.
#[utoipa::path(post, path = "/v1/users", operation_id = "register_user", tag = "users", request_body = RegisterUserBody,
    params(KeyHeader),
    responses((status = 201, description = "The person", body = UserView,
        headers(("Location" = String, description = "Where the person is"), ("ETag" = String, description = "The version, in quotes")))))]
pub async fn register_user(
    api: Data<Api>,
    call: Call,
    body: Json<RegisterUserBody>,
) -> Result<Created<UserView>, ApiError> {
    let request = call.keyed(body.digest())?;
    let user = api
        .accounts
        .users
        .register
        .run(&request, body.parse()?)
        .await?;
    Ok(Created::committed(
        user,
        |user| (UserView::path(user), user.version),
        |user| UserView::from(&user),
    ))
}

/// Look a person up
///
/// Managers anybody, also the deleted; others themselves. `me` stands for the caller.
#[utoipa::path(get, path = "/v1/users/{id}", operation_id = "find_user", tag = "users",
    params(PersonPath,
        IfNoneMatchHeader),
    responses((status = 200, description = "The person", body = UserView, headers(("ETag" = String, description = "The version, in quotes"))),
        (status = 304, description = "The client has it")))]
pub async fn find_user(api: Data<Api>, call: Call) -> Result<Versioned<UserView>, ApiError> {
    let user = api
        .accounts
        .users
        .find
        .run(&call.request(), call.user()?)
        .await?;
    Ok(Versioned::new(user.version, (&*user).into()))
}

/// Look yourself up
#[utoipa::path(get, path = "/v1/me", operation_id = "find_me", tag = "users",
    params(IfNoneMatchHeader),
    responses((status = 200, description = "The caller", body = UserView, headers(("ETag" = String, description = "The version, in quotes"))),
        (status = 304, description = "The client has it")))]
pub async fn find_me(api: Data<Api>, call: Call) -> Result<Versioned<UserView>, ApiError> {
    let user = api
        .accounts
        .users
        .find
        .run(&call.request(), call.me()?)
        .await?;
    Ok(Versioned::new(user.version, (&*user).into()))
}

/// Take a person out of the directory
///
/// The row stays and can be restored. The last active admin cannot go.
#[utoipa::path(delete, path = "/v1/users/{id}", operation_id = "delete_user", tag = "users",
    params(PersonPath,
        IfMatchHeader),
    responses((status = 204, description = "The person is deleted")))]
pub async fn delete_user(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    let (request, id) = (call.request(), call.user()?);
    let seen = seen(&api, &call, id).await?;
    api.accounts
        .users
        .change_status
        .run(&request, id, StatusChange::Delete { seen })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The version that `If-Match` names. Only a header that does not name exactly one costs a look at the person.
pub(super) async fn seen<Q>(api: &Api, call: &Call<Q>, id: UserId) -> Result<Version, ApiError> {
    let if_match = call.if_match()?;
    if let Some(version) = if_match.single() {
        return Ok(version);
    }
    let now = api
        .accounts
        .users
        .find
        .run(&call.request(), id)
        .await?
        .version;
    if if_match.takes(now) {
        Ok(now)
    } else {
        Err(ApiError::outdated(now))
    }
}
