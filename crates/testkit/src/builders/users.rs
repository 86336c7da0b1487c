//! People.

use super::{an_id, moment};
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Profile, Role, Status, User,
};
use domain::ids::{SiteId, UserId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A person in the making.
#[derive(Debug, Clone)]
pub struct UserBuilder {
    user: User,
}

/// An active member whose id and email nobody else has, registered at [`moment`] 0.
#[must_use]
pub fn a_user() -> UserBuilder {
    let id = an_id();
    let profile = Profile {
        given_name: GivenName::parse("Sam").expect("is a name"),
        family_name: FamilyName::parse("Shaw").expect("is a name"),
        email: Email::parse(&format!("{}@example.org", id.simple())).expect("is an address"),
        phone: None,
        address: None,
        external_subject: None,
        role: Role::Member,
        site_ids: BTreeSet::new(),
    };
    UserBuilder {
        user: User::register(UserId::new(id), profile, moment(0)),
    }
}

impl UserBuilder {
    /// Called so: given name, a space, family name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let (given, family) = name.split_once(' ').expect("a given and a family name");
        self.user.profile.given_name = GivenName::parse(given).expect("is a name");
        self.user.profile.family_name = FamilyName::parse(family).expect("is a name");
        self
    }

    /// Signs in with this address.
    #[must_use]
    pub fn with_email(mut self, email: &str) -> Self {
        self.user.profile.email = Email::parse(email).expect("is an address");
        self
    }

    /// Is called here.
    #[must_use]
    pub fn with_phone(mut self, phone: &str) -> Self {
        self.user.profile.phone = Some(Phone::parse(phone).expect("is a number"));
        self
    }

    /// Lives here.
    #[must_use]
    pub fn with_address(mut self, address: &str) -> Self {
        self.user.profile.address = Some(Address::parse(address).expect("is an address"));
        self
    }

    /// Is known to an outside identity provider.
    #[must_use]
    pub fn with_subject(mut self, subject: &str) -> Self {
        let subject = ExternalSubject::parse(subject).expect("is a subject");
        self.user.profile.external_subject = Some(subject);
        self
    }

    /// May do this.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.user.profile.role = role;
        self
    }

    /// Is in this state.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.user.status = status;
        self
    }

    /// Works here, too.
    #[must_use]
    pub fn at_site(mut self, site: SiteId) -> Self {
        self.user.profile.site_ids.insert(site);
        self
    }

    /// Was registered at this instant.
    #[must_use]
    pub fn registered_at(mut self, at: Timestamp) -> Self {
        (self.user.created_at, self.user.updated_at) = (at, at);
        self
    }

    /// The person.
    #[must_use]
    pub fn build(self) -> User {
        self.user
    }
}
