//! People and photos that tests talk about.

use domain::accounts::images::{Encoding, Image, Rendition, Variant};
use domain::accounts::{Email, FamilyName, GivenName, Profile, Role, User};
use domain::ids::{ImageId, UserId};
use domain::{Digest, Version};
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) const ADMIN: UserId =
    UserId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
pub(crate) const MANAGER: UserId =
    UserId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));
pub(crate) const MEMBER: UserId =
    UserId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003));

/// Somebody with this role, at version 3.
pub(crate) fn person(id: UserId, role: Role) -> User {
    let profile = Profile {
        given_name: GivenName::parse("Ada").expect("is a name"),
        family_name: FamilyName::parse("Lovelace").expect("is a name"),
        email: Email::parse(&format!("{}@example.org", role.name())).expect("is an email"),
        phone: None,
        address: None,
        external_subject: None,
        role,
        site_ids: Default::default(),
    };
    User {
        version: Version::parse(3).expect("is a version"),
        ..User::register(id, profile, Timestamp::UNIX_EPOCH)
    }
}

pub(super) fn all() -> Vec<User> {
    vec![
        person(ADMIN, Role::Admin),
        person(MANAGER, Role::Manager),
        person(MEMBER, Role::Member),
    ]
}

/// A photo of the member's.
pub(crate) fn image() -> Image {
    let rendition = |variant: Variant| Rendition {
        variant,
        encoding: Encoding::Jpeg,
        width: 10,
        height: 10,
        bytes: 10,
        digest: Digest::new([7; 32]),
    };
    Image {
        id: ImageId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0011)),
        user: MEMBER,
        seq: 1,
        taken_at: None,
        created_at: Timestamp::UNIX_EPOCH,
        renditions: Variant::ALL.into_iter().map(rendition).collect(),
    }
}
