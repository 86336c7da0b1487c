//! Photos: listed, looked up, deleted.

use super::view::ImageView;
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::{Call, PageParameters, Paging};
use crate::openapi::parameters::{IfNoneMatchHeader, PersonPath, PhotoPath};
use crate::render::{PageView, Versioned};
use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use domain::Version;
use serde::Serialize;
use utoipa::ToSchema;

/// List a person's photos
///
/// Newest first. People see their own; managers everybody's.
#[utoipa::path(get, path = "/v1/users/{id}/images", operation_id = "list_images", tag = "images",
    params(PersonPath, PageParameters),
    responses((status = 200, description = "One page of the history", body = PageView<ImageView>)))]
pub async fn list_images(
    api: Data<Api>,
    call: Call<PageParameters>,
) -> Result<PageView<ImageView>, ApiError> {
    let id = call.user()?;
    let paging = Paging::new(&api.pages, "images", &[&id.to_string()], call.caller());
    let before = paging.open(call.query.page_token.as_deref(), |place| place.parse().ok())?;
    let page = api
        .accounts
        .images
        .list
        .run(&call.request(), id, before, call.query.page_size)
        .await?;
    Ok(PageView::of(page, ImageView::from, |seq| {
        paging.seal(&seq.to_string())
    }))
}

/// Look a photo up
#[utoipa::path(get, path = "/v1/users/{id}/images/{image_id}", operation_id = "find_image", tag = "images",
    params(PersonPath,
        PhotoPath,
        IfNoneMatchHeader),
    responses((status = 200, description = "The photo", body = ImageView, headers(("ETag" = String, description = "A photo never changes"))),
        (status = 304, description = "The client has it")))]
pub async fn find_image(api: Data<Api>, call: Call) -> Result<Versioned<ImageView>, ApiError> {
    let image = api
        .accounts
        .images
        .find
        .run(&call.request(), call.user()?, call.image()?)
        .await?;
    Ok(Versioned::new(Version::FIRST, image.into()))
}

/// Delete a photo
///
/// It is unreadable at once; its bytes go a little later.
#[utoipa::path(delete, path = "/v1/users/{id}/images/{image_id}", operation_id = "delete_image", tag = "images",
    params(PersonPath,
        PhotoPath),
    responses((status = 204, description = "The photo is deleted")))]
pub async fn delete_image(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    api.accounts
        .images
        .delete
        .one(&call.request(), call.user()?, call.image()?)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How many photos were deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedView {
    /// How many.
    #[schema(minimum = 0)]
    pub deleted: u64,
}

/// Delete all photos of a person
#[utoipa::path(delete, path = "/v1/users/{id}/images", operation_id = "delete_images", tag = "images",
    params(PersonPath),
    responses((status = 200, description = "How many there were", body = DeletedView)))]
pub async fn delete_images(api: Data<Api>, call: Call) -> Result<Json<DeletedView>, ApiError> {
    let deleted = api
        .accounts
        .images
        .delete
        .all(&call.request(), call.user()?)
        .await?;
    Ok(Json(DeletedView { deleted }))
}
