//! Shows the catalogue to clients: `type` of every problem points here.

use super::{ApiError, Code};
use crate::extract::Call;
use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// One entry of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeView {
    /// The stable name.
    #[schema(pattern = "^[a-z_]+$")]
    pub code: &'static str,
    /// The status it is answered with.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What went wrong, in one line.
    pub title: &'static str,
    /// Whether the very same request may succeed later.
    pub retryable: bool,
    /// What became of the change that was asked for.
    #[schema(pattern = "^(not_applied|unknown)$")]
    pub outcome: &'static str,
    /// What the client should do.
    pub what_to_do: &'static str,
}

/// The whole catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueView {
    /// Every code there is.
    pub items: Vec<CodeView>,
}

impl From<Code> for CodeView {
    fn from(code: Code) -> Self {
        Self {
            code: code.name(),
            status: code.status().as_u16(),
            title: code.title(),
            retryable: code.retryable(),
            outcome: code.outcome().name(),
            what_to_do: code.advice(),
        }
    }
}

/// Every error code there is
#[utoipa::path(get, path = "/v1/errors", operation_id = "list_errors", tag = "errors", security(()),
    responses((status = 200, description = "The catalogue", body = CatalogueView)))]
pub async fn list(_call: Call) -> Json<CatalogueView> {
    Json(CatalogueView {
        items: Code::ALL.iter().copied().map(CodeView::from).collect(),
    })
}

/// What one error code means
#[utoipa::path(get, path = "/v1/errors/{code}", operation_id = "find_error", tag = "errors", security(()),
    params(("code" = String, Path, description = "The code", pattern = "^[a-z_]+$", max_length = 64, example = "email_taken")),
    responses((status = 200, description = "What it means", body = CodeView)))]
pub async fn find(call: Call) -> Result<Json<CodeView>, ApiError> {
    let code =
        Code::parse(call.segment("code")).ok_or_else(|| ApiError::not_found("error code"))?;
    Ok(Json(code.into()))
}

#[cfg(test)]
mod tests {
    use super::{CatalogueView, CodeView};
    use crate::error::Code;

    #[test]
    fn no_code_changes_silently() {
        let items = Code::ALL.iter().copied().map(CodeView::from).collect();
        insta::assert_json_snapshot!("catalogue", CatalogueView { items });
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.name()), Some(*code));
            assert_eq!(code.path(), format!("/v1/errors/{}", code.name()));
        }
        assert_eq!(Code::parse("nothing"), None);
    }
}
