//! For whom somebody acts: a manager for the people of their sites, or, without sites, for everybody.

use super::{Role, User};
use crate::ids::SiteId;
use std::collections::BTreeSet;

/// The sites that somebody reaches: where a manager acts, and whom a member meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'a> {
    /// All of them, and people who are at none.
    Everywhere,
    /// These and no others, and nobody who is at none.
    Sites(&'a BTreeSet<SiteId>),
}

impl<'a> Reach<'a> {
    /// How far a role reaches with these sites: admins everywhere, managers everywhere unless they have sites, and
    /// members as far as their sites.
    #[must_use]
    pub fn of(role: Role, site_ids: &'a BTreeSet<SiteId>) -> Self {
        match role {
            Role::Admin => Self::Everywhere,
            Role::Manager if site_ids.is_empty() => Self::Everywhere,
            Role::Manager | Role::Member => Self::Sites(site_ids),
        }
    }

    /// Whether a person works at a site within it.
    #[must_use]
    pub fn takes(self, person: &User) -> bool {
        self.touches(&person.profile.site_ids)
    }

    /// Whether it is at least as far as where this manager acts, so that acting as them would reach nobody new.
    #[must_use]
    pub fn spans(self, manager: &User) -> bool {
        let theirs = Reach::of(manager.profile.role, &manager.profile.site_ids);
        match (self, theirs) {
            (Self::Everywhere, _) => true,
            (Self::Sites(_), Reach::Everywhere) => false,
            (Self::Sites(own), Reach::Sites(theirs)) => theirs.is_subset(own),
        }
    }

    /// Whether somebody may be entered at these sites: at one at least, and at none beyond it.
    #[must_use]
    pub fn holds(self, site_ids: &BTreeSet<SiteId>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Sites(own) => !site_ids.is_empty() && site_ids.is_subset(own),
        }
    }

    /// Whether somebody may be moved from sites to others: what they come to and what they leave is all within it.
    #[must_use]
    pub fn moves(self, from: &BTreeSet<SiteId>, to: &BTreeSet<SiteId>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Sites(own) => from.symmetric_difference(to).all(|site| own.contains(site)),
        }
    }

    fn touches(self, site_ids: &BTreeSet<SiteId>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Sites(own) => !own.is_disjoint(site_ids),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::accounts::users::tests::ada;
    use crate::accounts::{Role, User};
    use crate::ids::SiteId;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn sites(numbers: &[u128]) -> BTreeSet<SiteId> {
        let site = |number: &u128| SiteId::new(Uuid::from_u128(*number));
        numbers.iter().map(site).collect()
    }

    fn person(role: Role, numbers: &[u128]) -> User {
        let mut person = ada();
        person.profile.role = role;
        person.profile.site_ids = sites(numbers);
        person
    }

    #[test]
    fn admins_and_managers_without_sites_reach_everywhere() {
        let (none, some) = (sites(&[]), sites(&[1]));
        for (role, site_ids, expected) in [
            (Role::Admin, &none, Reach::Everywhere),
            (Role::Admin, &some, Reach::Everywhere),
            (Role::Manager, &none, Reach::Everywhere),
            (Role::Manager, &some, Reach::Sites(&some)),
            (Role::Member, &none, Reach::Sites(&none)),
            (Role::Member, &some, Reach::Sites(&some)),
        ] {
            assert_eq!(Reach::of(role, site_ids), expected, "{role:?} {site_ids:?}");
        }
    }

    #[test]
    fn it_takes_whoever_works_at_one_of_its_sites() {
        let own = sites(&[1, 2]);
        for (theirs, taken) in [
            (&[][..], false),
            (&[3], false),
            (&[2], true),
            (&[2, 3], true),
        ] {
            let them = person(Role::Member, theirs);
            assert_eq!(Reach::Sites(&own).takes(&them), taken, "{theirs:?}");
            assert!(Reach::Everywhere.takes(&them));
            assert!(!Reach::Sites(&sites(&[])).takes(&them));
        }
    }

    #[test]
    fn it_spans_managers_who_reach_nobody_beyond_it() {
        let own = sites(&[1, 2]);
        for (theirs, spanned) in [
            (&[][..], false),
            (&[1], true),
            (&[1, 2], true),
            (&[2, 3], false),
            (&[3], false),
        ] {
            let them = person(Role::Manager, theirs);
            assert_eq!(Reach::Sites(&own).spans(&them), spanned, "{theirs:?}");
            assert!(Reach::Everywhere.spans(&them));
        }
        assert!(!Reach::Sites(&own).spans(&person(Role::Admin, &[1])));
    }

    #[test]
    fn people_are_entered_at_sites_within_it() {
        let own = sites(&[1, 2]);
        for (there, held) in [
            (&[][..], false),
            (&[1], true),
            (&[1, 2], true),
            (&[1, 3], false),
        ] {
            assert_eq!(Reach::Sites(&own).holds(&sites(there)), held, "{there:?}");
            assert!(Reach::Everywhere.holds(&sites(there)));
        }
    }

    #[test]
    fn people_are_moved_between_sites_within_it_whatever_else_they_have() {
        let own = sites(&[1, 2]);
        for (from, to, moved) in [
            (&[1][..], &[1][..], true),
            (&[1], &[2], true),
            (&[1], &[], true),
            (&[1, 3], &[2, 3], true),
            (&[1, 3], &[1], false),
            (&[1], &[1, 3], false),
        ] {
            let outcome = Reach::Sites(&own).moves(&sites(from), &sites(to));
            assert_eq!(outcome, moved, "{from:?} {to:?}");
            assert!(Reach::Everywhere.moves(&sites(from), &sites(to)));
        }
    }
}
