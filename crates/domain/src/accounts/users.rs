//! A person in the staff directory and the ways in which their row may change.

use super::{
    Address, DisplayName, Email, ExternalSubject, FamilyName, GivenName, Phone, Role, Status,
};
use crate::Version;
use crate::audit::Change;
use crate::ids::{ImageId, SiteId, UserId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What people enter about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Given name.
    pub given_name: GivenName,
    /// Family name.
    pub family_name: FamilyName,
    /// Where the person signs in; unique among people not deleted.
    pub email: Email,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// Postal address.
    pub address: Option<Address>,
    /// How an outside identity provider knows the person; unique among people not deleted.
    pub external_subject: Option<ExternalSubject>,
    /// What the person may do.
    pub role: Role,
    /// Where the person works; for a manager, where they manage (none means everywhere).
    pub site_ids: BTreeSet<SiteId>,
}

/// A person who is not in the directory yet.
pub type NewUser = Profile;

/// A person in the directory, as of one version of their row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Names the person for good.
    pub id: UserId,
    /// What people entered.
    pub profile: Profile,
    /// Whether the person may sign in.
    pub status: Status,
    /// The photo that stands for the person.
    pub avatar: Option<ImageId>,
    /// When the row was first stored.
    pub created_at: Timestamp,
    /// When the row last changed.
    pub updated_at: Timestamp,
    /// How often the row was written.
    pub version: Version,
}

/// What those who work at the same site get to see of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The person.
    pub id: UserId,
    /// How others see them.
    pub display_name: DisplayName,
    /// The photo that stands for them.
    pub avatar: Option<ImageId>,
}

/// What to change about a person; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// A new given name.
    pub given_name: Option<GivenName>,
    /// A new family name.
    pub family_name: Option<FamilyName>,
    /// A new email.
    pub email: Option<Email>,
    /// A new telephone number, or none any more.
    pub phone: Option<Option<Phone>>,
    /// A new address, or none any more.
    pub address: Option<Option<Address>>,
    /// A new subject, or none any more.
    pub external_subject: Option<Option<ExternalSubject>>,
    /// A new role.
    pub role: Option<Role>,
    /// New sites, in place of the old.
    pub site_ids: Option<BTreeSet<SiteId>>,
}

impl UserPatch {
    /// Whether only fields change that a member may change about themselves: names, phone, address.
    #[must_use]
    pub const fn is_self_service(&self) -> bool {
        self.email.is_none()
            && self.external_subject.is_none()
            && self.role.is_none()
            && self.site_ids.is_none()
    }
}

/// What became of an attempt to change a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The person was like that already; nothing is to be stored.
    Unchanged,
    /// The person as they will be, one version later, and what is different.
    To(Box<User>, Vec<Change>),
}

/// The change is not possible in the person's present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the person is deleted; restore them first")]
pub struct IsDeleted;

impl User {
    /// Enters a person in the directory, active and without a photo.
    #[must_use]
    pub const fn register(id: UserId, profile: NewUser, at: Timestamp) -> Self {
        Self {
            id,
            profile,
            status: Status::Active,
            avatar: None,
            created_at: at,
            updated_at: at,
            version: Version::FIRST,
        }
    }

    /// How others see the person.
    #[must_use]
    pub fn display_name(&self) -> DisplayName {
        DisplayName::of(&self.profile.given_name, &self.profile.family_name)
    }

    /// What colleagues get to see.
    #[must_use]
    pub fn card(&self) -> Card {
        Card {
            id: self.id,
            display_name: self.display_name(),
            avatar: self.avatar,
        }
    }

    /// Whether this is somebody who can administer the installation right now.
    #[must_use]
    pub fn is_active_admin(&self) -> bool {
        self.status == Status::Active && self.profile.role == Role::Admin
    }

    /// Whether this version of a person is not whom an invitation to the earlier one was meant for: it gives what the
    /// person may do to whoever has the code, by the role and the state that they had, at the address that they had.
    #[must_use]
    pub fn voids_invitations(&self, earlier: &Self) -> bool {
        self.status != Status::Active
            || self.profile.role != earlier.profile.role
            || self.profile.email.key() != earlier.profile.email.key()
    }

    /// Applies a patch.
    ///
    /// # Errors
    /// [`IsDeleted`] when the person is deleted.
    pub fn patched(&self, patch: UserPatch, at: Timestamp) -> Result<Changed, IsDeleted> {
        if self.status == Status::Deleted {
            return Err(IsDeleted);
        }
        let old = &self.profile;
        let new = Profile {
            given_name: patch.given_name.unwrap_or_else(|| old.given_name.clone()),
            family_name: patch.family_name.unwrap_or_else(|| old.family_name.clone()),
            email: patch.email.unwrap_or_else(|| old.email.clone()),
            phone: patch.phone.unwrap_or_else(|| old.phone.clone()),
            address: patch.address.unwrap_or_else(|| old.address.clone()),
            external_subject: patch
                .external_subject
                .unwrap_or_else(|| old.external_subject.clone()),
            role: patch.role.unwrap_or(old.role),
            site_ids: patch.site_ids.unwrap_or_else(|| old.site_ids.clone()),
        };
        let changes = differences(old, &new);
        if changes.is_empty() {
            return Ok(Changed::Unchanged);
        }
        Ok(Changed::To(Box::new(self.with_profile(new, at)), changes))
    }

    /// Takes sign-in away for now.
    ///
    /// # Errors
    /// [`IsDeleted`] when the person is deleted.
    pub fn suspended(&self, at: Timestamp) -> Result<Changed, IsDeleted> {
        self.living()?;
        Ok(self.with_status(Status::Suspended, at))
    }

    /// Gives sign-in back to a suspended person.
    ///
    /// # Errors
    /// [`IsDeleted`] when the person is deleted.
    pub fn activated(&self, at: Timestamp) -> Result<Changed, IsDeleted> {
        self.living()?;
        Ok(self.with_status(Status::Active, at))
    }

    /// Takes the person out of the directory; the row stays.
    #[must_use]
    pub fn deleted(&self, at: Timestamp) -> Changed {
        self.with_status(Status::Deleted, at)
    }

    /// Brings a deleted person back, active.
    #[must_use]
    pub fn restored(&self, at: Timestamp) -> Changed {
        match self.status {
            Status::Deleted => self.with_status(Status::Active, at),
            Status::Active | Status::Suspended => Changed::Unchanged,
        }
    }

    fn living(&self) -> Result<(), IsDeleted> {
        if self.status == Status::Deleted {
            Err(IsDeleted)
        } else {
            Ok(())
        }
    }

    fn with_status(&self, status: Status, at: Timestamp) -> Changed {
        if self.status == status {
            return Changed::Unchanged;
        }
        let change = Change::plain(
            "status",
            Some(self.status.name().to_owned()),
            Some(status.name().to_owned()),
        );
        Changed::To(
            Box::new(Self {
                status,
                ..self.touched(at)
            }),
            vec![change],
        )
    }

    pub(super) fn with_profile(&self, profile: Profile, at: Timestamp) -> Self {
        Self {
            profile,
            ..self.touched(at)
        }
    }

    fn touched(&self, at: Timestamp) -> Self {
        Self {
            updated_at: at.max(self.updated_at),
            version: self.version.next(),
            ..self.clone()
        }
    }
}

fn differences(old: &Profile, new: &Profile) -> Vec<Change> {
    let personal = [
        ("given_name", old.given_name != new.given_name),
        ("family_name", old.family_name != new.family_name),
        ("email", old.email.reveal() != new.email.reveal()),
        ("phone", old.phone != new.phone),
        ("address", old.address != new.address),
        (
            "external_subject",
            old.external_subject != new.external_subject,
        ),
    ];
    let mut changes: Vec<Change> = personal
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| Change::personal(field))
        .collect();
    if old.role != new.role {
        changes.push(Change::plain(
            "role",
            Some(old.role.name().to_owned()),
            Some(new.role.name().to_owned()),
        ));
    }
    if old.site_ids != new.site_ids {
        changes.push(Change::plain(
            "site_ids",
            Some(listed(&old.site_ids)),
            Some(listed(&new.site_ids)),
        ));
    }
    changes
}

fn listed(sites: &BTreeSet<SiteId>) -> String {
    sites
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
#[path = "users_tests.rs"]
pub(super) mod tests;
