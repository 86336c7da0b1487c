//! Who is asking, and the few rights that everything is decided by.

use domain::accounts::{Role, Scope, Scopes, User};
use domain::actors::Principal;
use domain::ids::{KeyId, SessionId, UserId};

/// Somebody who sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub principal: Principal,
    /// What they may do; nobody in particular has none.
    pub role: Option<Role>,
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
}

impl Caller {
    /// Somebody who has not said who they are.
    pub const ANONYMOUS: Self = Self {
        principal: Principal::Anonymous,
        role: None,
        session: None,
        scopes: Scopes::NONE,
    };
    /// Muster itself, at the console or in a job.
    pub const SYSTEM: Self = Self {
        principal: Principal::System,
        role: Some(Role::Admin),
        session: None,
        scopes: Scopes::NONE,
    };

    /// A signed-in person.
    #[must_use]
    pub const fn signed_in(id: UserId, role: Role) -> Self {
        Self {
            principal: Principal::User(id),
            role: Some(role),
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
            return Ok(*self);
        }
        if !self.scopes.has(scope) {
            return Err(Forbidden::Scope { needed: scope });
        }
        Ok(Self {
            role: Some(Role::Manager),
            ..*self
        })
    }

    const fn is_a_key(&self) -> bool {
        matches!(self.principal, Principal::Key(_))
    }

    /// The same person, on this device.
    #[must_use]
    pub const fn on(self, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..self
        }
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

    /// Asks for the right to act on a person of this role: only admins act on admins, and keys on members, since
    /// whoever changes somebody's email may become them.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller may.
    pub fn must_manage(&self, target: &User) -> Result<(), Forbidden> {
        self.must_manage_people()?;
        match target.profile.role {
            Role::Admin => self.must_be_admin(),
            Role::Manager if self.is_a_key() => Err(Forbidden::Key),
            Role::Manager | Role::Member => Ok(()),
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
mod tests {
    use super::{Caller, Forbidden};
    use crate::fixtures::user;
    use domain::accounts::{Role, Scope, Scopes};
    use domain::ids::{KeyId, UserId};
    use uuid::Uuid;

    fn key(scopes: &[Scope]) -> Caller {
        let scopes = scopes.iter().copied().collect::<Scopes>();
        Caller::key(KeyId::new(Uuid::nil()), scopes)
    }

    fn caller(role: Role) -> Caller {
        Caller::signed_in(UserId::new(Uuid::nil()), role)
    }

    #[test]
    fn managers_and_admins_manage_people() {
        assert_eq!(caller(Role::Manager).must_manage_people(), Ok(()));
        assert_eq!(caller(Role::Admin).must_manage_people(), Ok(()));
        assert_eq!(
            caller(Role::Member).must_manage_people(),
            Err(Forbidden::Role {
                needed: Role::Manager
            })
        );
        assert_eq!(
            Caller::ANONYMOUS.must_manage_people(),
            Err(Forbidden::Anonymous)
        );
    }

    #[test]
    fn only_admins_make_managers_and_admins() {
        assert_eq!(caller(Role::Manager).must_give(Role::Member), Ok(()));
        for role in [Role::Manager, Role::Admin] {
            assert_eq!(
                caller(Role::Manager).must_give(role),
                Err(Forbidden::Role {
                    needed: Role::Admin
                })
            );
            assert_eq!(caller(Role::Admin).must_give(role), Ok(()));
        }
    }

    #[test]
    fn a_key_acts_as_a_manager_in_what_its_scopes_name_and_nowhere_else() {
        for scope in Scope::ALL {
            let key = key(&[*scope]);
            for other in Scope::ALL {
                let needed = Forbidden::Scope { needed: *other };
                let acting = key.within(*other).map(|caller| caller.must_manage_people());
                let expected = if other == scope {
                    Ok(Ok(()))
                } else {
                    Err(needed)
                };
                assert_eq!(acting, expected, "{scope:?} {other:?}");
            }
            assert_eq!(key.must_manage_people(), Err(Forbidden::Key));
        }
        let person = caller(Role::Member);
        assert_eq!(person.within(Scope::UsersWrite), Ok(person));
        let nobody = Caller::ANONYMOUS;
        assert_eq!(nobody.within(Scope::UsersWrite), Ok(nobody));
    }

    #[test]
    fn a_key_with_every_scope_is_no_person_gives_no_role_and_acts_on_members_only() {
        let key = key(Scope::ALL).within(Scope::UsersWrite).expect("has it");
        assert_eq!(key.must_be_a_person(), Err(Forbidden::Key));
        assert_eq!(key.must_be_on_a_device(), Err(Forbidden::Key));
        assert_eq!(key.must_be_admin(), Err(Forbidden::Key));
        assert_eq!(key.must_give(Role::Member), Ok(()));
        assert_eq!(key.must_manage(&user(2, Role::Member)), Ok(()));
        for role in [Role::Manager, Role::Admin] {
            assert_eq!(key.must_give(role), Err(Forbidden::Key));
            assert_eq!(key.must_manage(&user(2, role)), Err(Forbidden::Key));
        }
        assert!(
            !key.is(UserId::new(Uuid::nil())),
            "though the ids are alike"
        );
    }

    #[test]
    fn only_a_person_has_things_of_their_own() {
        assert_eq!(Caller::SYSTEM.must_be_a_person(), Err(Forbidden::Anonymous));
        assert!(caller(Role::Member).is(UserId::new(Uuid::nil())));
        assert!(!caller(Role::Member).is(UserId::new(Uuid::max())));
    }
}
