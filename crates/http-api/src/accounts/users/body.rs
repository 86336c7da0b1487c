//! A person as a client enters them.

use super::texts::{AddressText, EmailText, NameText, PhoneText, SubjectText};
use super::view::RoleName;
use crate::error::Faults;
use crate::extract::Body;
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, NewUser, Phone, Role,
};
use domain::ids::SiteId;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use validator::Validate;

/// The words of [`Role`], for messages.
pub(super) const ROLES: &str = "member, manager, admin";

/// A person to enter.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.org", "phone": "+44 20 7946 0958", "role": "member"}))]
pub struct RegisterUserBody {
    /// Given name.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = NameText)]
    pub given_name: Option<String>,
    /// Family name.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = NameText)]
    pub family_name: Option<String>,
    /// Where the person will sign in; unique in any casing.
    #[validate(length(min = 1, max = 254))]
    #[schema(value_type = EmailText)]
    pub email: Option<String>,
    /// Telephone number, in any notation with at least 3 digits.
    #[validate(length(min = 1, max = 32))]
    #[schema(value_type = Option<PhoneText>)]
    pub phone: Option<String>,
    /// Postal address, in as many lines as it takes.
    #[validate(length(min = 1, max = 500))]
    #[schema(value_type = Option<AddressText>)]
    pub address: Option<String>,
    /// The `sub` under which an outside identity provider knows the person.
    #[validate(length(min = 1, max = 255))]
    #[schema(value_type = Option<SubjectText>)]
    pub external_subject: Option<String>,
    /// What the person may do; `member` when nothing is said.
    #[schema(value_type = Option<RoleName>)]
    pub role: Option<String>,
    /// Where the person works.
    #[validate(length(max = 1000))]
    #[schema(value_type = Option<Vec<uuid::Uuid>>, max_items = 1000)]
    pub site_ids: Option<Vec<String>>,
}

impl Body for RegisterUserBody {
    type Parsed = NewUser;

    fn parse(self, faults: &mut Faults) -> Option<NewUser> {
        let given_name =
            faults.required("/given_name", self.given_name.as_deref(), GivenName::parse);
        let family_name = faults.required(
            "/family_name",
            self.family_name.as_deref(),
            FamilyName::parse,
        );
        let email = faults.required("/email", self.email.as_deref(), Email::parse);
        let phone = faults.optional("/phone", self.phone.as_deref(), Phone::parse);
        let address = faults.optional("/address", self.address.as_deref(), Address::parse);
        let external_subject = faults.optional(
            "/external_subject",
            self.external_subject.as_deref(),
            ExternalSubject::parse,
        );
        let role = self.role.as_deref().map_or(Some(Role::Member), |role| {
            faults.word("/role", role, Role::parse, ROLES)
        });
        let site_ids = sites(faults, self.site_ids.as_deref().unwrap_or_default());
        Some(NewUser {
            given_name: given_name?,
            family_name: family_name?,
            email: email?,
            phone: phone?,
            address: address?,
            external_subject: external_subject?,
            role: role?,
            site_ids: site_ids?,
        })
    }
}

/// The sites of a body; `None` when one of them is no id.
pub(super) fn sites(faults: &mut Faults, raw: &[String]) -> Option<BTreeSet<SiteId>> {
    let parsed: Vec<_> = raw
        .iter()
        .enumerate()
        .map(|(index, site)| {
            faults
                .id(&format!("/site_ids/{index}"), site)
                .map(SiteId::new)
        })
        .collect();
    parsed.into_iter().collect()
}
