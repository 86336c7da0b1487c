//! Everything that is kept about a person, in one document.

use crate::accounts::images::picture_url;
use crate::api::Api;
use crate::error::ApiError;
use crate::extract::Call;
use crate::openapi::parameters::PersonPath;
use crate::render::instant;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpResponse, Responder};
use application::accounts::Export;
use domain::facts::Fact;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Everything that is kept about a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportView {
    /// The person.
    #[schema(format = Uuid)]
    pub user_id: String,
    /// When it was told.
    #[schema(format = DateTime)]
    pub made_at: String,
    /// What each part of the installation keeps, by its name: rows by the name of their table, and what is stored elsewhere.
    #[schema(value_type = Object, example = json!({"records": {"users": [{"given_name": "Ada", "email": "ada@example.org"}]}, "trail": {"audit": []}, "photos": {"pictures": []}, "cache": {}, "database": {}}))]
    pub parts: Map<String, Value>,
}

impl From<Export> for ExportView {
    fn from(export: Export) -> Self {
        let parts = export.parts.into_iter();
        let parts = parts.map(|(name, facts)| (name.to_owned(), told(Fact::Record(facts))));
        Self {
            user_id: export.user.to_string(),
            made_at: instant(export.made_at),
            parts: parts.collect(),
        }
    }
}

fn told(fact: Fact) -> Value {
    match fact {
        Fact::Nothing => Value::Null,
        Fact::Whole(number) => number.into(),
        Fact::Text(text) => text.into_revealed().into(),
        Fact::Id(id) => id.to_string().into(),
        Fact::Instant(at) => instant(at).into(),
        Fact::Bytes(bytes) => hexadecimal(&bytes).into(),
        Fact::Picture(user, image, variant) => picture_url(user, image, variant).into(),
        Fact::List(facts) => facts.into_iter().map(told).collect(),
        Fact::Record(named) => {
            let named = named.into_iter();
            let told = named.map(|(name, fact)| (name, told(fact)));
            Value::Object(told.collect())
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Export everything that is kept about a person
///
/// To the person; managers export members and managers, admins everybody, the deleted and the erased too. Secrets (password hashes, codes) and
/// what says nothing of the person are left out. Bytes of pictures are fetched by their URLs.
#[utoipa::path(get, path = "/v1/users/{id}/export", operation_id = "export_user", tag = "users",
    params(PersonPath),
    responses((status = 200, description = "Everything that is kept", body = ExportView,
        headers(("Content-Disposition" = String, description = "A name for the file")))))]
pub async fn export_user(api: Data<Api>, call: Call) -> Result<impl Responder, ApiError> {
    let id = call.user()?;
    let export = &api.accounts.users.export;
    let told: ExportView = export.run(&call.request(), id).await?.into();
    let name = format!("attachment; filename=\"muster-{}.json\"", told.user_id);
    let mut response = HttpResponse::Ok();
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.insert_header((CONTENT_DISPOSITION, name));
    }
    Ok(response.json(told))
}
