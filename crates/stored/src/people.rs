//! People as they are kept outside of their rows, in answers of keyed requests and in caches: whole
//! snapshots, in a shape of their own that a later version of the domain can still read.

use crate::cells::{Cells, micros};
use domain::Version;
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Profile, Role, Status, User,
};
use domain::ids::{ImageId, SiteId, UserId};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::{Added, Refusal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person as they were at one moment.
#[derive(Serialize, Deserialize)]
pub struct StoredUser {
    id: String,
    given_name: String,
    family_name: String,
    email: String,
    phone: Option<String>,
    address: Option<String>,
    external_subject: Option<String>,
    role: String,
    site_ids: Vec<String>,
    status: String,
    avatar: Option<String>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl From<&User> for StoredUser {
    fn from(user: &User) -> Self {
        let profile = &user.profile;
        Self {
            id: user.id.to_string(),
            given_name: profile.given_name.reveal().to_owned(),
            family_name: profile.family_name.reveal().to_owned(),
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
            role: profile.role.name().to_owned(),
            site_ids: profile.site_ids.iter().map(ToString::to_string).collect(),
            status: user.status.name().to_owned(),
            avatar: user.avatar.map(|avatar| avatar.to_string()),
            created_at: micros(user.created_at),
            updated_at: micros(user.updated_at),
            version: i64::from(user.version.number()),
        }
    }
}

impl StoredUser {
    /// The person as they were then.
    ///
    /// # Errors
    /// [`Fault::Broken`] when the text was not written by us.
    pub fn user(self) -> Result<User, Fault> {
        let cells = Cells::of("idempotency", &"result");
        let id = |field, text: &str| cells.parsed(field, Uuid::try_parse(text));
        let instant = |field, at| cells.parsed(field, Timestamp::from_microsecond(at));
        let sites = self
            .site_ids
            .iter()
            .map(|site| id("site_ids", site).map(SiteId::new));
        let subject = self
            .external_subject
            .as_deref()
            .map(ExternalSubject::parse)
            .transpose();
        Ok(User {
            id: UserId::new(id("id", &self.id)?),
            profile: Profile {
                given_name: cells.parsed("given_name", GivenName::parse(&self.given_name))?,
                family_name: cells.parsed("family_name", FamilyName::parse(&self.family_name))?,
                email: cells.parsed("email", Email::parse(&self.email))?,
                phone: cells
                    .parsed("phone", self.phone.as_deref().map(Phone::parse).transpose())?,
                address: cells.parsed(
                    "address",
                    self.address.as_deref().map(Address::parse).transpose(),
                )?,
                external_subject: cells.parsed("external_subject", subject)?,
                role: cells.known("role", Role::parse(&self.role))?,
                site_ids: sites.collect::<Result<_, _>>()?,
            },
            status: cells.known("status", Status::parse(&self.status))?,
            avatar: self
                .avatar
                .as_deref()
                .map(|avatar| id("avatar", avatar))
                .transpose()?
                .map(ImageId::new),
            created_at: instant("created_at", self.created_at)?,
            updated_at: instant("updated_at", self.updated_at)?,
            version: cells.parsed("version", Version::parse(self.version))?,
        })
    }
}

/// What became of one row of a batch.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredVerdict {
    /// The person is in the directory under this id.
    Applied(String),
    /// The email was taken.
    EmailTaken,
    /// The external subject was taken.
    SubjectTaken,
}

impl From<&Added> for StoredVerdict {
    fn from(added: &Added) -> Self {
        match added {
            Added::Applied(id) => Self::Applied(id.to_string()),
            Added::Refused(Refusal::EmailTaken) => Self::EmailTaken,
            Added::Refused(Refusal::SubjectTaken) => Self::SubjectTaken,
        }
    }
}

impl StoredVerdict {
    /// What became of the row.
    ///
    /// # Errors
    /// [`Fault::Broken`] when the text was not written by us.
    pub fn added(self) -> Result<Added, Fault> {
        let cells = Cells::of("idempotency", &"result");
        match self {
            Self::Applied(id) => cells
                .parsed("id", Uuid::try_parse(&id))
                .map(|id| Added::Applied(UserId::new(id))),
            Self::EmailTaken => Ok(Added::Refused(Refusal::EmailTaken)),
            Self::SubjectTaken => Ok(Added::Refused(Refusal::SubjectTaken)),
        }
    }
}
