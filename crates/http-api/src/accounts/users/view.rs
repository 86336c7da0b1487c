//! A person as the API shows them.

use crate::render::instant;
use domain::accounts::User;
use serde::Serialize;
use utoipa::ToSchema;

/// What a person may do.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RoleName {
    /// Their own profile and photos.
    Member,
    /// People, and photos of others.
    Manager,
    /// Everything.
    Admin,
}

/// The state of an account.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum StatusName {
    /// May sign in.
    Active,
    /// May not sign in for now.
    Suspended,
    /// Out of the directory; can be restored.
    Deleted,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Names the person for good.
    #[schema(format = Uuid)]
    pub id: String,
    /// Given name.
    #[schema(min_length = 1, max_length = 100, example = "Ada")]
    pub given_name: String,
    /// Family name.
    #[schema(min_length = 1, max_length = 100, example = "Lovelace")]
    pub family_name: String,
    /// How others see the person.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// Where the person signs in.
    #[schema(max_length = 254, example = "ada@example.org")]
    pub email: String,
    /// Telephone number.
    #[schema(required)]
    pub phone: Option<String>,
    /// Postal address.
    #[schema(required)]
    pub address: Option<String>,
    /// How an outside identity provider knows the person.
    #[schema(required)]
    pub external_subject: Option<String>,
    /// What the person may do.
    #[schema(value_type = RoleName)]
    pub role: &'static str,
    /// The state of the account.
    #[schema(value_type = StatusName)]
    pub status: &'static str,
    /// Where the person works.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub site_ids: Vec<String>,
    /// The photo that stands for the person.
    #[schema(required, format = Uuid)]
    pub avatar_image_id: Option<String>,
    /// When the person was entered.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the person last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// Counts changes; the ETag is this number in quotes.
    #[schema(minimum = 1)]
    pub version: u32,
}

impl UserView {
    /// Where a person is.
    #[must_use]
    pub fn path(user: &User) -> String {
        format!("/v1/users/{}", user.id)
    }
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        let profile = &user.profile;
        Self {
            id: user.id.to_string(),
            given_name: profile.given_name.reveal().to_owned(),
            family_name: profile.family_name.reveal().to_owned(),
            display_name: user.display_name().reveal().to_owned(),
            email: profile.email.reveal().to_owned(),
            phone: profile
                .phone
                .as_ref()
                .map(|phone| phone.reveal().to_owned()),
            address: profile
                .address
                .as_ref()
                .map(|address| address.reveal().to_owned()),
            external_subject: profile
                .external_subject
                .as_ref()
                .map(|subject| subject.reveal().to_owned()),
            role: profile.role.name(),
            status: user.status.name(),
            site_ids: profile.site_ids.iter().map(ToString::to_string).collect(),
            avatar_image_id: user.avatar.map(|image| image.to_string()),
            created_at: instant(user.created_at),
            updated_at: instant(user.updated_at),
            version: user.version.number(),
        }
    }
}
