//! The photo that stands for a person.

use super::view::variant_path;
use crate::api::Api;
use crate::error::{ApiError, Faults};
use crate::extract::{Body, Call, Json};
use crate::openapi::parameters::PersonPath;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::Data;
use domain::accounts::images::Variant;
use domain::ids::ImageId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

/// Which photo to choose.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseAvatarBody {
    /// A photo of the person's history.
    #[schema(value_type = uuid::Uuid)]
    pub image_id: Option<String>,
}

impl Body for ChooseAvatarBody {
    type Parsed = ImageId;

    fn parse(self, faults: &mut Faults) -> Option<ImageId> {
        let Some(raw) = self.image_id else {
            faults.add("/image_id", "required", "is required");
            return None;
        };
        faults.id("/image_id", &raw).map(ImageId::new)
    }
}

/// Find a person's avatar
///
/// Redirects to the picture of 256 pixels.
#[utoipa::path(get, path = "/v1/users/{id}/avatar", operation_id = "find_avatar", tag = "images",
    params(PersonPath),
    responses((status = 307, description = "Where the picture is", headers(("Location" = String, description = "The picture")))))]
pub async fn find_avatar(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    let user = call.user()?;
    let image = api
        .accounts
        .images
        .find
        .avatar(&call.request(), user)
        .await?;
    let picture = variant_path(&format!("/v1/users/{user}/images/{image}"), Variant::Medium);
    Ok(HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, picture))
        .insert_header((CACHE_CONTROL, "private, max-age=60"))
        .finish())
}

/// Choose a person's avatar
///
/// Any photo of the history; bumps the person's version.
#[utoipa::path(put, path = "/v1/users/{id}/avatar", operation_id = "choose_avatar", tag = "images", request_body = ChooseAvatarBody,
    params(PersonPath),
    responses((status = 204, description = "The photo stands for the person")))]
pub async fn choose_avatar(
    api: Data<Api>,
    call: Call,
    body: Json<ChooseAvatarBody>,
) -> Result<HttpResponse, ApiError> {
    let user = call.user()?;
    api.accounts
        .images
        .set_avatar
        .run(&call.request(), user, body.parse()?)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
