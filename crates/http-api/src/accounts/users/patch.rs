//! Changing a person by JSON merge patch (RFC 7396).

use super::body::{ROLES, sites};
use super::controllers::seen;
use super::texts::{AddressText, EmailText, NameText, PhoneText, SubjectText};
use super::view::{RoleName, UserView};
use crate::api::Api;
use crate::error::{ApiError, FaultCode, Faults};
use crate::extract::{Body, Call, Json, Patch};
use crate::openapi::parameters::{IfMatchHeader, PersonPath};
use crate::render::Versioned;
use actix_web::web::Data;
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Role, UserPatch,
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

/// What to change about a person. Absent members stay as they are; `null` takes an optional one away.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"given_name": "Augusta", "phone": null}))]
pub struct ChangeUserBody {
    /// A new given name.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = NameText, required = false)]
    #[serde(default)]
    pub given_name: Patch<String>,
    /// A new family name.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = NameText, required = false)]
    #[serde(default)]
    pub family_name: Patch<String>,
    /// A new email. For managers and admins.
    #[validate(length(min = 1, max = 254))]
    #[schema(value_type = EmailText, required = false)]
    #[serde(default)]
    pub email: Patch<String>,
    /// A new telephone number.
    #[validate(length(min = 1, max = 32))]
    #[schema(value_type = Option<PhoneText>, required = false)]
    #[serde(default)]
    pub phone: Patch<String>,
    /// A new address.
    #[validate(length(min = 1, max = 500))]
    #[schema(value_type = Option<AddressText>, required = false)]
    #[serde(default)]
    pub address: Patch<String>,
    /// A new subject. For managers and admins.
    #[validate(length(min = 1, max = 255))]
    #[schema(value_type = Option<SubjectText>, required = false)]
    #[serde(default)]
    pub external_subject: Patch<String>,
    /// A new role. For admins, but for giving `member` to members.
    #[schema(value_type = RoleName, required = false)]
    #[serde(default)]
    pub role: Patch<String>,
    /// New sites, in place of the old; `null` means none.
    #[validate(length(max = 1000))]
    #[schema(value_type = Option<Vec<uuid::Uuid>>, required = false, max_items = 1000)]
    #[serde(default)]
    pub site_ids: Patch<Vec<String>>,
}

impl Body for ChangeUserBody {
    type Parsed = UserPatch;

    const MEDIA_TYPES: &'static [&'static str] =
        &["application/merge-patch+json", "application/json"];

    fn parse(self, faults: &mut Faults) -> Option<UserPatch> {
        let given_name = kept(faults, "/given_name", &self.given_name, GivenName::parse);
        let family_name = kept(faults, "/family_name", &self.family_name, FamilyName::parse);
        let email = kept(faults, "/email", &self.email, Email::parse);
        let phone = removable(faults, "/phone", &self.phone, Phone::parse);
        let address = removable(faults, "/address", &self.address, Address::parse);
        let external_subject = removable(
            faults,
            "/external_subject",
            &self.external_subject,
            ExternalSubject::parse,
        );
        let role = match &self.role {
            Patch::Absent => None,
            Patch::Null => not_null(faults, "/role"),
            Patch::Value(role) => faults.word("/role", role, Role::parse, ROLES),
        };
        let site_ids = match &self.site_ids {
            Patch::Absent => None,
            Patch::Null => Some(Default::default()),
            Patch::Value(raw) => sites(faults, raw),
        };
        let patch = UserPatch {
            given_name,
            family_name,
            email,
            phone,
            address,
            external_subject,
            role,
            site_ids,
        };
        faults.is_empty().then_some(patch)
    }
}

/// A member that may change and not go.
fn kept<T, E: FaultCode>(
    faults: &mut Faults,
    pointer: &str,
    member: &Patch<String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    match member {
        Patch::Absent => None,
        Patch::Null => not_null(faults, pointer),
        Patch::Value(raw) => faults.take(pointer, parse(raw)),
    }
}

/// A member that may change and go.
#[allow(
    clippy::option_option,
    reason = "the shape of a merge patch: absent, null, value"
)]
fn removable<T, E: FaultCode>(
    faults: &mut Faults,
    pointer: &str,
    member: &Patch<String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<Option<T>> {
    match member {
        Patch::Absent => None,
        Patch::Null => Some(None),
        Patch::Value(raw) => faults.take(pointer, parse(raw)).map(Some),
    }
}

fn not_null<T>(faults: &mut Faults, pointer: &str) -> Option<T> {
    faults.add(pointer, "required", "cannot be taken away");
    None
}

/// Change a person
///
/// People change their own names, phone and address; managers more of members and managers; only admins change roles above
/// member, and admins.
#[utoipa::path(patch, path = "/v1/users/{id}", operation_id = "change_user", tag = "users",
    params(PersonPath,
        IfMatchHeader),
    request_body(content((ChangeUserBody = "application/merge-patch+json"), (ChangeUserBody = "application/json"))),
    responses((status = 200, description = "The person as they are now", body = UserView, headers(("ETag" = String, description = "The version, in quotes")))))]
pub async fn change_user(
    api: Data<Api>,
    call: Call,
    body: Json<ChangeUserBody>,
) -> Result<Versioned<UserView>, ApiError> {
    let (request, id) = (call.request(), call.user()?);
    let seen = seen(&api, &call, id).await?;
    let user = api
        .accounts
        .users
        .change
        .run(&request, id, seen, body.parse()?)
        .await?;
    Ok(Versioned::new(user.version, (&user).into()))
}
