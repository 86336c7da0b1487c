//! What a person's row says once the person is erased: nothing but that there was somebody.

use super::{Email, FamilyName, GivenName, Profile, Role, Status, User};
use crate::audit::Change;
use crate::ids::UserId;
use jiff::Timestamp;
use std::collections::BTreeSet;

impl User {
    /// The person as a row that says nothing of them: deleted, a member of no site, with a name and an address
    /// that everybody could have (`.invalid`: RFC 2606, 2); and the names of the fields that said something. The
    /// avatar goes with the photos.
    #[must_use]
    pub fn erased(&self, at: Timestamp) -> (Self, Vec<Change>) {
        let profile = blank(self.id);
        let blanked = Self {
            status: Status::Deleted,
            ..self.with_profile(profile, at)
        };
        let old = &self.profile;
        let fields = [
            ("given_name", true),
            ("family_name", true),
            ("email", true),
            ("phone", old.phone.is_some()),
            ("address", old.address.is_some()),
            ("external_subject", old.external_subject.is_some()),
            ("site_ids", !old.site_ids.is_empty()),
        ];
        let said = fields.into_iter().filter(|(_, said)| *said);
        let personal = said.map(|(field, _)| Change::personal(field));
        let plain = [
            ("role", old.role.name(), blanked.profile.role.name()),
            ("status", self.status.name(), blanked.status.name()),
        ];
        let differs = plain.into_iter().filter(|(_, old, new)| old != new);
        let plain = differs.map(|(field, old, new)| {
            Change::plain(field, Some(old.to_owned()), Some(new.to_owned()))
        });
        let changes = personal.chain(plain).collect();
        (blanked, changes)
    }
}

fn blank(id: UserId) -> Profile {
    Profile {
        given_name: GivenName::of_the_erased("Erased"),
        family_name: FamilyName::of_the_erased("Person"),
        email: Email::of_the_erased(id),
        phone: None,
        address: None,
        external_subject: None,
        role: Role::Member,
        site_ids: BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::accounts::{
        Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Profile, Role, Status, User,
    };
    use crate::ids::{SiteId, UserId};
    use jiff::Timestamp;
    use uuid::Uuid;

    fn somebody() -> User {
        let profile = Profile {
            given_name: GivenName::parse("Ada").unwrap(),
            family_name: FamilyName::parse("Lovelace").unwrap(),
            email: Email::parse("ada@example.org").unwrap(),
            phone: Some(Phone::parse("555 0100").unwrap()),
            address: Some(Address::parse("1 Quiet Lane").unwrap()),
            external_subject: Some(ExternalSubject::parse("ada|7").unwrap()),
            role: Role::Admin,
            site_ids: [SiteId::new(Uuid::max())].into(),
        };
        let id = UserId::new(Uuid::from_u128(7));
        User::register(id, profile, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn nothing_of_the_person_is_left_but_the_id_and_when_the_row_was_made() {
        let (ada, at) = (somebody(), Timestamp::from_second(9).unwrap());
        let (erased, changes) = ada.erased(at);
        let profile = &erased.profile;
        assert_eq!((erased.id, erased.created_at), (ada.id, ada.created_at));
        assert_eq!(erased.display_name().reveal(), "Erased Person");
        assert_eq!(
            profile.email.reveal(),
            "00000000-0000-0000-0000-000000000007@erased.invalid"
        );
        assert_eq!(
            (&profile.phone, &profile.address, &profile.external_subject),
            (&None, &None, &None)
        );
        assert_eq!((profile.role, profile.site_ids.len()), (Role::Member, 0));
        assert_eq!(
            (erased.status, erased.version, erased.updated_at),
            (Status::Deleted, ada.version.next(), at)
        );
        let shown = changes.iter().filter(|change| change.values.is_some());
        let shown: Vec<&str> = shown.map(|change| change.field.as_str()).collect();
        assert_eq!((changes.len(), shown), (9, vec!["role", "status"]));
    }

    #[test]
    fn what_stands_in_the_row_can_be_read_back() {
        let (erased, _) = somebody().erased(Timestamp::UNIX_EPOCH);
        let profile = &erased.profile;
        assert!(GivenName::parse(profile.given_name.reveal()).is_ok());
        assert!(FamilyName::parse(profile.family_name.reveal()).is_ok());
        let email = Email::parse(profile.email.reveal()).unwrap();
        assert_eq!(email.key(), profile.email.key());
    }
}
