//! Who is asking, and the few rights that everything is decided by.

use domain::accounts::{NewUser, Reach, Role, Scope, Scopes, User, UserPatch};
use domain::actors::Principal;
use domain::ids::{KeyId, SessionId, SiteId, UserId};
use std::collections::BTreeSet;

/// Somebody who sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub principal: Principal,
    /// What they may do; nobody in particular has none.
    pub role: Option<Role>,
    /// Where they work; for a manager, where they manage (none means everywhere).
    pub site_ids: BTreeSet<SiteId>,
    /// The device they signed in with, where they did.
    pub session: Option<SessionId>,
    /// What a machine's key may do; people have none, and need none.
    pub scopes: Scopes,
}

/// The caller may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Nobody is signed in, so that signing in may help.
    #[error("sign in first")]
    Anonymous,
    /// Somebody is signed in and lacks the right.
    #[error("this needs the role {}", .needed.name())]
    Role {
        /// The least role that may.
        needed: Role,
    },
    /// A machine's key lacks a scope.
    #[error("this needs a key with the scope {}", .needed.name())]
    Scope {
        /// The scope that may.
        needed: Scope,
    },
    /// Only people may, whatever the scopes of a key.
    #[error("this needs a person, and no key")]
    Key,
    /// A manager's sites do not take in what is asked for.
    #[error("this reaches beyond the sites that you manage")]
    Sites,
}

impl Caller {
    /// Somebody who has not said who they are.
    pub const ANONYMOUS: Self = Self {
        principal: Principal::Anonymous,
        role: None,
        site_ids: BTreeSet::new(),
        session: None,
        scopes: Scopes::NONE,
    };
    /// Muster itself, at the console or in a job.
    pub const SYSTEM: Self = Self {
        principal: Principal::System,
        role: Some(Role::Admin),
        site_ids: BTreeSet::new(),
        session: None,
        scopes: Scopes::NONE,
    };

    /// A signed-in person.
    #[must_use]
    pub const fn signed_in(id: UserId, role: Role) -> Self {
        Self {
            principal: Principal::User(id),
            role: Some(role),
            site_ids: BTreeSet::new(),
            session: None,
            scopes: Scopes::NONE,
        }
    }

    /// A machine with a key.
    #[must_use]
    pub const fn key(id: KeyId, scopes: Scopes) -> Self {
        Self {
            principal: Principal::Key(id),
            role: None,
            site_ids: BTreeSet::new(),
            session: None,
            scopes,
        }
    }

    /// The caller in what a scope names: a key that has it acts as a manager does, and on members only. People are who
    /// they are. Whoever does not ask this way refuses every key.
    ///
    /// # Errors
    /// [`Forbidden::Scope`] for a key without it.
    pub fn within(&self, scope: Scope) -> Result<Self, Forbidden> {
        if !self.is_a_key() {
            return Ok(self.clone());
        }
        if !self.scopes.has(scope) {
            return Err(Forbidden::Scope { needed: scope });
        }
        Ok(Self {
            role: Some(Role::Manager),
            ..self.clone()
        })
    }

    const fn is_a_key(&self) -> bool {
        matches!(self.principal, Principal::Key(_))
    }

    /// The same person, on this device.
    #[must_use]
    pub fn on(self, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }

    /// The same person, who works at these sites.
    #[must_use]
    pub fn at(self, site_ids: BTreeSet<SiteId>) -> Self {
        Self { site_ids, ..self }
    }

    /// The caller and the device in hand, for what only somebody who signed in here has.
    ///
    /// # Errors
    /// [`Forbidden`] unless a person has signed in with a device.
    pub fn must_be_on_a_device(&self) -> Result<(UserId, SessionId), Forbidden> {
        let user = self.must_be_a_person()?;
        Ok((user, self.session.ok_or(Forbidden::Anonymous)?))
    }

    /// The caller's own id, for what only a person has.
    ///
    /// # Errors
    /// [`Forbidden`] unless a person is signed in.
    pub fn must_be_a_person(&self) -> Result<UserId, Forbidden> {
        self.principal.user().ok_or(if self.is_a_key() {
            Forbidden::Key
        } else {
            Forbidden::Anonymous
        })
    }

    /// Whether this is about the caller's own data.
    #[must_use]
    pub fn is(&self, user: UserId) -> bool {
        self.principal == Principal::User(user)
    }

    /// Whether the caller manages people: managers and admins do.
    #[must_use]
    pub fn manages_people(&self) -> bool {
        self.role.is_some_and(|role| role >= Role::Manager)
    }

    /// Asks that it is somebody: a person, or a key in what its scopes name.
    ///
    /// # Errors
    /// [`Forbidden`] for nobody in particular.
    pub fn must_be_somebody(&self) -> Result<(), Forbidden> {
        self.must_have(Role::Member)
    }

    /// Whether the caller sees all of this person's row: people their own, managers those of the people for whom they
    /// act.
    #[must_use]
    pub fn sees(&self, person: &User) -> bool {
        self.is(person.id) || (self.manages_people() && self.reach().takes(person))
    }

    /// Whether the caller sees this person's card: whoever works at the same site does.
    #[must_use]
    pub fn meets(&self, person: &User) -> bool {
        self.is(person.id) || self.reach().takes(person)
    }

    /// How far the caller reaches.
    #[must_use]
    pub fn reach(&self) -> Reach<'_> {
        self.role.map_or(Reach::Sites(&self.site_ids), |role| {
            Reach::of(role, &self.site_ids)
        })
    }

    /// Asks for the right to manage people.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller is a manager or an admin.
    pub fn must_manage_people(&self) -> Result<(), Forbidden> {
        self.must_have(Role::Manager)
    }

    /// Asks for the right to everything.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller is an admin.
    pub fn must_be_admin(&self) -> Result<(), Forbidden> {
        self.must_have(Role::Admin)
    }

    /// Asks for the right to act on a person: only admins act on admins, keys on members, and managers on those whom
    /// they reach, and on managers who reach no further. Whoever changes somebody's email may become them.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller may.
    pub fn must_manage(&self, target: &User) -> Result<(), Forbidden> {
        self.must_manage_people()?;
        let reach = self.reach();
        match target.profile.role {
            Role::Admin => self.must_be_admin(),
            Role::Manager if self.is_a_key() => Err(Forbidden::Key),
            Role::Manager if !reach.spans(target) => Err(Forbidden::Sites),
            Role::Manager | Role::Member if reach.takes(target) => Ok(()),
            Role::Manager | Role::Member => Err(Forbidden::Sites),
        }
    }

    /// Asks for the right to enter a person: with a role that the caller gives, at sites where they act.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller may.
    pub fn must_enter(&self, person: &NewUser) -> Result<(), Forbidden> {
        self.must_give(person.role)?;
        if self.reach().holds(&person.site_ids) {
            Ok(())
        } else {
            Err(Forbidden::Sites)
        }
    }

    /// Asks for the right to change this about a person. Everybody changes what is theirs alone. For the rest one must
    /// manage them; a role, and the sites where a manager acts, are for admins to give and to take; and a manager moves
    /// members between their own sites.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller may.
    pub fn must_change(&self, target: &User, patch: &UserPatch) -> Result<(), Forbidden> {
        if self.is(target.id) && patch.is_self_service() {
            return Ok(());
        }
        self.must_manage(target)?;
        let now = &target.profile;
        if let Some(role) = patch.role.filter(|role| *role != now.role) {
            self.must_give(role.max(now.role))?;
        }
        let Some(site_ids) = patch.site_ids.as_ref().filter(|ids| **ids != now.site_ids) else {
            return Ok(());
        };
        match now.role {
            Role::Member if self.reach().moves(&now.site_ids, site_ids) => Ok(()),
            Role::Member => Err(Forbidden::Sites),
            Role::Manager | Role::Admin => self.must_be_admin(),
        }
    }

    /// Asks for the right to give somebody this role: only admins make managers and admins.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller may.
    pub fn must_give(&self, role: Role) -> Result<(), Forbidden> {
        if role == Role::Member {
            self.must_manage_people()
        } else {
            self.must_be_admin()
        }
    }

    fn must_have(&self, needed: Role) -> Result<(), Forbidden> {
        match self.role {
            Some(role) if role >= needed => Ok(()),
            Some(_) | None if self.is_a_key() => Err(Forbidden::Key),
            Some(_) => Err(Forbidden::Role { needed }),
            None => Err(Forbidden::Anonymous),
        }
    }
}

#[cfg(test)]
#[path = "caller_tests.rs"]
mod tests;
