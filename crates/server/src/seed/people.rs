//! Who the made-up people are.

use super::random::{mixed, pick};
use domain::accounts::{Address, Email, FamilyName, GivenName, NewUser, Phone, Profile, Role};
use domain::ids::SiteId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where the demo admin signs in.
pub const DEMO_EMAIL: &str = "admin@demo.example";
/// The demo admin's password. It is public: a seeded installation is for looking around.
pub const DEMO_PASSWORD: &str = "muster-demo-password";

const GIVEN: [&str; 40] = [
    "Amara",
    "Ben",
    "Chiara",
    "Dawit",
    "Elif",
    "Farid",
    "Greta",
    "Hiro",
    "Ines",
    "Jakub",
    "Keiko",
    "Liam",
    "Mei",
    "Nadia",
    "Oskar",
    "Priya",
    "Quentin",
    "Rosa",
    "Samir",
    "Tove",
    "Uma",
    "Viktor",
    "Wanjiru",
    "Ximena",
    "Yusuf",
    "Zofia",
    "Åsa",
    "Björn",
    "Chloé",
    "Đorđe",
    "Édith",
    "Fiadh",
    "Gaël",
    "Hana",
    "Iván",
    "Jürgen",
    "Kateřina",
    "Lucía",
    "Milán",
    "Noémie",
];
const FAMILY: [&str; 40] = [
    "Abara",
    "Bianchi",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowalski",
    "Larsen",
    "Mbeki",
    "Novák",
    "O'Brien",
    "Petrov",
    "Quispe",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Varga",
    "Weber",
    "Xu",
    "Yılmaz",
    "Zhang",
    "Ångström",
    "Brâncuși",
    "Çelik",
    "Dvořák",
    "Exner",
    "Fernández",
    "Grünwald",
    "Hughes",
    "Ivanova",
    "Jørgensen",
    "Kim",
    "Løvland",
    "Müller",
    "Nguyễn",
];
const STREETS: [&str; 6] = [
    "Station Road",
    "Mill Lane",
    "Harbour Street",
    "Church Row",
    "Market Square",
    "Orchard Way",
];
const SITES: u64 = 4;

/// The demo admin.
///
/// # Panics
/// Never: the names are good.
#[must_use]
#[expect(clippy::expect_used, reason = "constants that a test has parsed")]
pub fn admin() -> NewUser {
    Profile {
        given_name: GivenName::parse("Demo").expect("is a name"),
        family_name: FamilyName::parse("Admin").expect("is a name"),
        email: Email::parse(DEMO_EMAIL).expect("is an address"),
        phone: None,
        address: None,
        external_subject: None,
        role: Role::Admin,
        site_ids: BTreeSet::new(),
    }
}

/// The made-up person of this number, from 1: one in ten manages.
///
/// # Panics
/// Never: the names are good.
#[must_use]
#[expect(clippy::expect_used, reason = "constants that a test has parsed")]
pub fn person(seed: u64, number: usize) -> NewUser {
    let place = u64::try_from(number).unwrap_or(u64::MAX);
    let traits = mixed(seed, place);
    let street = pick(&STREETS, traits, 3).unwrap_or_default();
    Profile {
        given_name: GivenName::parse(pick(&GIVEN, traits, 1).unwrap_or("Ada")).expect("is a name"),
        family_name: FamilyName::parse(pick(&FAMILY, traits, 2).unwrap_or("King"))
            .expect("is a name"),
        email: Email::parse(&format!("person{number}@demo.example")).expect("is an address"),
        phone: Phone::parse(&format!("+44 20 7946 {:04}", mixed(traits, 4) % 1000)).ok(),
        address: Address::parse(&format!(
            "{} {street}\nDemoville",
            mixed(traits, 5) % 200 + 1
        ))
        .ok(),
        external_subject: None,
        role: if number.is_multiple_of(10) {
            Role::Manager
        } else {
            Role::Member
        },
        site_ids: BTreeSet::from([SiteId::new(Uuid::from_u64_pair(
            0x0199_0000_0000_7000,
            0x8000_0000_0000_0000 | (mixed(traits, 6) % SITES),
        ))]),
    }
}

#[cfg(test)]
mod tests {
    use super::{FAMILY, GIVEN, admin, person};
    use domain::accounts::{FamilyName, GivenName, Role};

    #[test]
    fn every_listed_name_is_a_name() {
        assert!(GIVEN.iter().all(|name| GivenName::parse(name).is_ok()));
        assert!(FAMILY.iter().all(|name| FamilyName::parse(name).is_ok()));
        assert_eq!(admin().role, Role::Admin);
    }

    #[test]
    fn the_same_seed_makes_the_same_people() {
        assert_eq!(person(1, 7), person(1, 7));
        assert_ne!(person(1, 7), person(2, 7));
        assert_eq!(person(1, 10).role, Role::Manager);
    }
}
