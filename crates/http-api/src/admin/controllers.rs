//! Consistency of photos: counted, and compared object by object.

use super::view::{ConsistencyView, ScanView};
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::{Call, Pairs, Parameters};
use actix_web::web::{Data, Json};
use utoipa::IntoParams;

/// Count photos and waiting events
///
/// For admins.
#[utoipa::path(get, path = "/v1/admin/consistency", operation_id = "check_consistency", tag = "admin",
    responses((status = 200, description = "How things stand", body = ConsistencyView)))]
pub async fn check_consistency(
    api: Data<Api>,
    call: Call,
) -> Result<Json<ConsistencyView>, ApiError> {
    let now = api
        .accounts
        .admin
        .check_consistency
        .run(&call.request())
        .await?;
    Ok(Json(now.into()))
}

/// Whether to touch anything.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScanParameters {
    /// `false` deletes objects that belong to no photo.
    #[param(required = false, default = true)]
    pub dry_run: bool,
}

impl Parameters for ScanParameters {
    fn read(pairs: &mut Pairs) -> Option<Self> {
        let dry_run = pairs.word("dry_run", "true, false", |raw| raw.parse().ok());
        Some(Self {
            dry_run: dry_run.unwrap_or(true),
        })
    }
}

/// Compare every row with every object
///
/// For admins.
#[utoipa::path(post, path = "/v1/admin/consistency/scan", operation_id = "scan_objects", tag = "admin", params(ScanParameters),
    responses((status = 200, description = "What was found", body = ScanView)))]
pub async fn scan_objects(
    api: Data<Api>,
    call: Call<ScanParameters>,
) -> Result<Json<ScanView>, ApiError> {
    let scan = api
        .accounts
        .admin
        .scan_objects
        .run(&call.request(), call.query.dry_run)
        .await?;
    Ok(Json(scan.into()))
}
