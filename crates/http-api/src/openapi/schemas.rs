//! Closes the schemas: what serde refuses, the document refuses too, and answers have no members but those named.

use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// Says of everything but problems that there are no other members.
pub(super) fn close(document: &mut OpenApi) {
    let Some(components) = document.components.as_mut() else {
        return;
    };
    for (name, schema) in &mut components.schemas {
        if let (true, RefOr::T(Schema::Object(object))) = (
            name.ends_with("Body")
                || name.ends_with("View")
                || matches!(name.as_str(), "UploadForm" | "FieldError"),
            schema,
        ) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}
