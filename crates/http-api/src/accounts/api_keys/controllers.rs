//! Making, listing and revoking machine keys.

use super::dto::{CreateKeyBody, CreatedKeyView, KeyView};
use crate::api::Api;
use crate::error::{ApiError, parse_uuid};
use crate::extract::{Call, Json, PageParameters, Paging};
use crate::openapi::parameters::KeyPath;
use crate::render::{Created, PageView};
use actix_web::HttpResponse;
use actix_web::web::Data;
use domain::ids::KeyId;

/// Make a machine key
///
/// The key is in this answer and nowhere else, so an `Idempotency-Key` has no effect: asked again, this makes another key.
#[utoipa::path(post, path = "/v1/keys", operation_id = "create_key", tag = "keys", request_body = CreateKeyBody,
    responses((status = 201, description = "The key, shown this once", body = CreatedKeyView)))]
pub async fn create_key(
    api: Data<Api>,
    call: Call,
    body: Json<CreateKeyBody>,
) -> Result<Created<CreatedKeyView>, ApiError> {
    let (name, scopes) = body.parse()?;
    let create = &api.accounts.keys.create;
    let made = create.run(&call.request(), name, scopes).await?;
    Ok(Created::new(made.into()))
}

/// List machine keys
///
/// The newest first, revoked ones too.
#[utoipa::path(get, path = "/v1/keys", operation_id = "list_keys", tag = "keys", params(PageParameters),
    responses((status = 200, description = "One page of keys", body = PageView<KeyView>)))]
pub async fn list_keys(
    api: Data<Api>,
    call: Call<PageParameters>,
) -> Result<PageView<KeyView>, ApiError> {
    let paging = Paging::new(&api.pages, "keys", &[], call.caller());
    let place = |place: &str| parse_uuid(place).map(KeyId::new);
    let after = paging.open(call.query.page_token.as_deref(), place)?;
    let list = &api.accounts.keys.list;
    let page = list
        .run(&call.request(), after, call.query.page_size)
        .await?;
    Ok(PageView::of(page, KeyView::from, |id| {
        paging.seal(&id.to_string())
    }))
}

/// Revoke a machine key
///
/// It is no good from the next request on, within a second at every process. Twice is once.
#[utoipa::path(delete, path = "/v1/keys/{key_id}", operation_id = "revoke_key", tag = "keys", params(KeyPath),
    responses((status = 204, description = "The key is void")))]
pub async fn revoke_key(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    let revoke = &api.accounts.keys.revoke;
    revoke.run(&call.request(), call.key()?).await?;
    Ok(HttpResponse::NoContent().finish())
}
