//! Erasing a person, and the receipt of it.

use crate::api::Api;
use crate::error::ApiError;
use crate::extract::Call;
use crate::openapi::parameters::{ErasurePath, PersonPath};
use crate::render::{Accepted, instant};
use actix_web::web::{Data, Json};
use application::accounts::ErasureProgress;
use domain::actors::Principal;
use domain::erasures::{PartAnswer, Stayed};
use serde::Serialize;
use utoipa::ToSchema;

/// The erasure of a person: a receipt, once its status is `done`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureView {
    /// Names the erasure.
    #[schema(format = Uuid)]
    pub id: String,
    /// Who is erased. The id stays and names nobody any more.
    #[schema(format = Uuid)]
    pub user_id: String,
    /// `pending` until every part has answered.
    #[schema(pattern = "^(pending|done)$")]
    pub status: &'static str,
    /// When it began: from then on the person had no access and their row was blank.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// By whom, when it was a person.
    #[schema(required, format = Uuid)]
    pub requested_by: Option<String>,
    /// When the last part had answered.
    #[schema(required, format = DateTime)]
    pub finished_at: Option<String>,
    /// Parts that have not answered yet.
    pub waiting_for: Vec<&'static str>,
    /// What each part has answered.
    pub parts: Vec<PartAnswerView>,
}

/// What one part of the installation did.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartAnswerView {
    /// The part.
    #[schema(example = "records")]
    pub part: String,
    /// What is not kept any more.
    #[schema(example = json!(["credentials", "users.email"]))]
    pub went: Vec<String>,
    /// What is kept, and why.
    pub stayed: Vec<StayedView>,
}

/// Something that is kept though a person is erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct StayedView {
    /// What it is.
    #[schema(example = "audit")]
    pub what: String,
    /// Why it stays, and for how long where that is known.
    pub why: String,
}

impl ErasureView {
    fn path(progress: &ErasureProgress) -> String {
        format!("/v1/erasures/{}", progress.erasure.id)
    }
}

impl From<ErasureProgress> for ErasureView {
    fn from(progress: ErasureProgress) -> Self {
        let erasure = progress.erasure;
        let by = match erasure.by {
            Principal::User(id) => Some(id.to_string()),
            Principal::Key(_) | Principal::System | Principal::Anonymous => None,
        };
        Self {
            id: erasure.id.to_string(),
            user_id: erasure.user.to_string(),
            status: match erasure.finished_at {
                Some(_) => "done",
                None => "pending",
            },
            requested_at: instant(erasure.requested_at),
            requested_by: by,
            finished_at: erasure.finished_at.map(instant),
            waiting_for: progress.waiting,
            parts: erasure.answers.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<PartAnswer> for PartAnswerView {
    fn from(answer: PartAnswer) -> Self {
        let stayed = answer.stayed.into_iter();
        let stayed = stayed.map(|Stayed { what, why }| StayedView { what, why });
        Self {
            part: answer.part,
            went: answer.went,
            stayed: stayed.collect(),
        }
    }
}

/// Erase a person
///
/// For admins. Access ends, the row is blank and email and subject are free when the answer comes; objects, caches and logs of
/// the database follow, and the erasure says when all of it is done. It cannot be undone. Twice is once: the second request
/// answers the same erasure. The last active admin cannot go.
#[utoipa::path(post, path = "/v1/users/{id}/erase", operation_id = "erase_user", tag = "users",
    params(PersonPath),
    responses((status = 202, description = "The erasure, as far as it is", body = ErasureView,
        headers(("Location" = String, description = "Where the erasure is")))))]
pub async fn erase_user(api: Data<Api>, call: Call) -> Result<Accepted<ErasureView>, ApiError> {
    let id = call.user()?;
    let begun = api.accounts.users.erase.run(&call.request(), id).await?;
    Ok(Accepted::at(ErasureView::path(&begun), begun.into()))
}

/// Look an erasure up
///
/// For admins. With status `done` it is the receipt: what went, and what stayed and why.
#[utoipa::path(get, path = "/v1/erasures/{erasure_id}", operation_id = "find_erasure", tag = "users",
    params(ErasurePath),
    responses((status = 200, description = "The erasure", body = ErasureView)))]
pub async fn find_erasure(api: Data<Api>, call: Call) -> Result<Json<ErasureView>, ApiError> {
    let id = call.erasure()?;
    let find = &api.accounts.users.find_erasure;
    let found = find.run(&call.request(), id).await?;
    Ok(Json(found.into()))
}
