//! The state of a person's account, and the invitation by which they get a password.

use super::view::UserView;
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::Call;
use crate::openapi::parameters::PersonPath;
use crate::render::{Created, Versioned, instant};
use actix_web::web::Data;
use application::accounts::{Invited, StatusChange};
use serde::Serialize;
use utoipa::ToSchema;

/// Bring a deleted person back
#[utoipa::path(post, path = "/v1/users/{id}/restore", operation_id = "restore_user", tag = "users",
    params(PersonPath),
    responses((status = 200, description = "The person, active", body = UserView, headers(("ETag" = String, description = "The version, in quotes")))))]
pub async fn restore_user(api: Data<Api>, call: Call) -> Result<Versioned<UserView>, ApiError> {
    changed(&api, &call, StatusChange::Restore).await
}

/// Take sign-in away for now
#[utoipa::path(post, path = "/v1/users/{id}/suspend", operation_id = "suspend_user", tag = "users",
    params(PersonPath),
    responses((status = 200, description = "The person, suspended", body = UserView, headers(("ETag" = String, description = "The version, in quotes")))))]
pub async fn suspend_user(api: Data<Api>, call: Call) -> Result<Versioned<UserView>, ApiError> {
    changed(&api, &call, StatusChange::Suspend).await
}

/// Give sign-in back
#[utoipa::path(post, path = "/v1/users/{id}/activate", operation_id = "activate_user", tag = "users",
    params(PersonPath),
    responses((status = 200, description = "The person, active", body = UserView, headers(("ETag" = String, description = "The version, in quotes")))))]
pub async fn activate_user(api: Data<Api>, call: Call) -> Result<Versioned<UserView>, ApiError> {
    changed(&api, &call, StatusChange::Activate).await
}

async fn changed(
    api: &Api,
    call: &Call,
    change: StatusChange,
) -> Result<Versioned<UserView>, ApiError> {
    let user = api
        .accounts
        .users
        .change_status
        .run(&call.request(), call.user()?, change)
        .await?;
    Ok(Versioned::new(user.version, (&user).into()))
}

/// An invitation, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// The page on which the person sets a password; the code is in its fragment.
    #[schema(format = "uri")]
    pub link: String,
    /// What the page needs.
    pub code: String,
    /// From when on it is void.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl InvitationView {
    fn new(invited: Invited, public_url: &str) -> Self {
        let expires_at = instant(invited.expires_at);
        let code = invited.code.into_revealed();
        Self {
            link: format!("{public_url}/invitation#code={code}"),
            code,
            expires_at,
        }
    }
}

/// Invite a person to set a password
///
/// Voids every earlier invitation of the same person. It works once, within 72 hours.
#[utoipa::path(post, path = "/v1/users/{id}/invitation", operation_id = "invite_user", tag = "users",
    params(PersonPath),
    responses((status = 201, description = "The invitation", body = InvitationView)))]
pub async fn invite_user(api: Data<Api>, call: Call) -> Result<Created<InvitationView>, ApiError> {
    let invited = api
        .accounts
        .auth
        .invite
        .run(&call.request(), call.user()?)
        .await?;
    Ok(Created::new(InvitationView::new(invited, &api.public_url)))
}
