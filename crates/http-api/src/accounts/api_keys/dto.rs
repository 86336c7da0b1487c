//! A machine key as a client asks for it and as the API shows it.

use crate::accounts::users::audit::by;
use crate::accounts::users::texts::NameText;
use crate::error::Faults;
use crate::extract::Body;
use crate::render::instant;
use application::accounts::CreatedApiKey;
use domain::accounts::{ApiKey, KeyName, Scope, Scopes};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

/// What a key may do.
pub struct ScopeName;

impl PartialSchema for ScopeName {
    fn schema() -> RefOr<Schema> {
        let names = Scope::ALL.iter().map(|scope| scope.name());
        let word = ObjectBuilder::new().schema_type(Type::String);
        word.enum_values(Some(names))
            .description(Some("What a key may do."))
            .into()
    }
}

impl ToSchema for ScopeName {}

/// A key to make.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "payroll", "scopes": ["users:read"]}))]
pub struct CreateKeyBody {
    /// What people call it, to tell it from others.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = NameText)]
    pub name: Option<String>,
    /// What it may do, and nothing else.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 100)]
    pub scopes: Option<Vec<String>>,
}

impl Body for CreateKeyBody {
    type Parsed = (KeyName, Scopes);

    fn parse(self, faults: &mut Faults) -> Option<Self::Parsed> {
        let name = faults.required("/name", self.name.as_deref(), KeyName::parse);
        let scopes = scopes(faults, self.scopes);
        Some((name?, scopes?))
    }
}

fn scopes(faults: &mut Faults, raw: Option<Vec<String>>) -> Option<Scopes> {
    let Some(raw) = raw else {
        faults.add("/scopes", "required", "is required");
        return None;
    };
    if raw.is_empty() {
        faults.add("/scopes", "empty", "must name at least one scope");
        return None;
    }
    let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
    let words = words.join(", ");
    let parsed: Vec<Option<Scope>> = raw
        .iter()
        .enumerate()
        .map(|(index, word)| faults.word(&format!("/scopes/{index}"), word, Scope::parse, &words))
        .collect();
    parsed.into_iter().collect()
}

fn names(scopes: Scopes) -> Vec<&'static str> {
    scopes.iter().map(Scope::name).collect()
}

/// A key that was just made, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedKeyView {
    /// Names the key.
    #[schema(format = Uuid)]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>)]
    pub scopes: Vec<&'static str>,
    /// Send it as `Authorization: Bearer`. It is not shown again.
    #[schema(pattern = "^mk_[A-Za-z0-9_-]{70}$", min_length = 73, max_length = 73)]
    pub key: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<CreatedApiKey> for CreatedKeyView {
    fn from(CreatedApiKey { key, text }: CreatedApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.as_str().to_owned(),
            scopes: names(key.scopes),
            key: text.into_revealed(),
            created_at: instant(key.created_at),
        }
    }
}

/// A key, but for what the machine sends.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// Names the key.
    #[schema(format = Uuid)]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>)]
    pub scopes: Vec<&'static str>,
    /// By what kind of caller it was made.
    #[schema(pattern = "^(user|key|system|anonymous)$")]
    pub created_by: &'static str,
    /// By whom, when it was a person.
    #[schema(required, format = Uuid)]
    pub created_by_id: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was used last; up to a minute late.
    #[schema(required, format = DateTime)]
    pub last_used_at: Option<String>,
    /// Since when it is void.
    #[schema(required, format = DateTime)]
    pub revoked_at: Option<String>,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        let (created_by, created_by_id) = by(key.created_by);
        Self {
            id: key.id.to_string(),
            name: key.name.as_str().to_owned(),
            scopes: names(key.scopes),
            created_by,
            created_by_id,
            created_at: instant(key.created_at),
            last_used_at: key.last_used_at.map(instant),
            revoked_at: key.revoked_at.map(instant),
        }
    }
}
