//! What was done to a person's data, newest first.

use crate::api::Api;
use crate::error::ApiError;
use crate::extract::{Call, PageParameters, Paging};
use crate::openapi::parameters::PersonPath;
use crate::render::{PageView, instant};
use actix_web::web::Data;
use application::accounts::AuditRecord;
use domain::actors::Principal;
use domain::audit::{Change, Values};
use serde::Serialize;
use utoipa::ToSchema;

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryView {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What, such as `user.changed`.
    pub action: &'static str,
    /// By what kind of caller.
    #[schema(pattern = "^(user|key|system|anonymous)$")]
    pub by: &'static str,
    /// By whom, when it was a person or a key.
    #[schema(required, format = Uuid)]
    pub by_id: Option<String>,
    /// The thing it was done to when that is not the person.
    #[schema(required, format = Uuid)]
    pub object_id: Option<String>,
    /// Which fields changed.
    pub changes: Vec<ChangeView>,
    /// In which request: the id of its trace, which log lines show as `trace_id`. It is the request's own id unless the
    /// client brought one, or a `traceparent`.
    pub request_id: String,
}

/// A field that changed; values only where they say nothing personal.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// The field.
    pub field: String,
    /// Its value before.
    #[schema(required)]
    pub before: Option<String>,
    /// Its value after.
    #[schema(required)]
    pub after: Option<String>,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        let Values { before, after } = change.values.unwrap_or(Values {
            before: None,
            after: None,
        });
        Self {
            field: change.field,
            before,
            after,
        }
    }
}

impl From<AuditRecord> for AuditEntryView {
    fn from(record: AuditRecord) -> Self {
        let (by, by_id) = by(record.by);
        Self {
            at: instant(record.at),
            action: record.entry.action.name(),
            by,
            by_id,
            object_id: record.entry.object.map(|object| object.to_string()),
            changes: record
                .entry
                .changes
                .into_iter()
                .map(ChangeView::from)
                .collect(),
            request_id: record.request_id,
        }
    }
}

/// The kind of caller, and their id when they have one.
pub(crate) fn by(principal: Principal) -> (&'static str, Option<String>) {
    match principal {
        Principal::User(id) => ("user", Some(id.to_string())),
        Principal::Key(id) => ("key", Some(id.to_string())),
        Principal::System => ("system", None),
        Principal::Anonymous => ("anonymous", None),
    }
}

/// Read what was done to a person's data
///
/// For managers (of members and managers) and admins.
#[utoipa::path(get, path = "/v1/users/{id}/audit", operation_id = "read_audit_trail", tag = "users",
    params(PersonPath, PageParameters),
    responses((status = 200, description = "One page of the trail, newest first", body = PageView<AuditEntryView>)))]
pub async fn read_audit_trail(
    api: Data<Api>,
    call: Call<PageParameters>,
) -> Result<PageView<AuditEntryView>, ApiError> {
    let id = call.user()?;
    let paging = Paging::new(&api.pages, "audit", &[&id.to_string()], call.caller());
    let before = paging.open(call.query.page_token.as_deref(), |place| place.parse().ok())?;
    let page = api
        .accounts
        .users
        .read_audit_trail
        .run(&call.request(), id, before, call.query.page_size)
        .await?;
    Ok(PageView::of(page, AuditEntryView::from, |seq| {
        paging.seal(&seq.to_string())
    }))
}
