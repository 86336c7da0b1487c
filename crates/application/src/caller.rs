//! Who is asking, and the few rights that everything is decided by.

use domain::accounts::{Role, User};
use domain::actors::Principal;
use domain::ids::{SessionId, UserId};

/// Somebody who sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub principal: Principal,
    /// What they may do; nobody in particular has none.
    pub role: Option<Role>,
    /// The device they signed in with, where they did.
    pub session: Option<SessionId>,
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
}

impl Caller {
    /// Somebody who has not said who they are.
    pub const ANONYMOUS: Self = Self {
        principal: Principal::Anonymous,
        role: None,
        session: None,
    };
    /// Muster itself, at the console or in a job.
    pub const SYSTEM: Self = Self {
        principal: Principal::System,
        role: Some(Role::Admin),
        session: None,
    };

    /// A signed-in person.
    #[must_use]
    pub const fn signed_in(id: UserId, role: Role) -> Self {
        Self {
            principal: Principal::User(id),
            role: Some(role),
            session: None,
        }
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
    /// [`Forbidden::Anonymous`] unless a person has signed in with a device.
    pub fn must_be_on_a_device(&self) -> Result<(UserId, SessionId), Forbidden> {
        let user = self.must_be_a_person()?;
        Ok((user, self.session.ok_or(Forbidden::Anonymous)?))
    }

    /// The caller's own id, for what only a person has.
    ///
    /// # Errors
    /// [`Forbidden::Anonymous`] unless a person is signed in.
    pub fn must_be_a_person(&self) -> Result<UserId, Forbidden> {
        self.principal.user().ok_or(Forbidden::Anonymous)
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

    /// Asks for the right to act on a person of this role: only admins act on admins.
    ///
    /// # Errors
    /// [`Forbidden`] unless the caller may.
    pub fn must_manage(&self, target: &User) -> Result<(), Forbidden> {
        self.must_manage_people()?;
        if target.profile.role == Role::Admin {
            self.must_be_admin()
        } else {
            Ok(())
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
            None => Err(Forbidden::Anonymous),
            Some(role) if role >= needed => Ok(()),
            Some(_) => Err(Forbidden::Role { needed }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Forbidden};
    use domain::accounts::Role;
    use domain::ids::UserId;
    use uuid::Uuid;

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
    fn only_a_person_has_things_of_their_own() {
        assert_eq!(Caller::SYSTEM.must_be_a_person(), Err(Forbidden::Anonymous));
        assert!(caller(Role::Member).is(UserId::new(Uuid::nil())));
        assert!(!caller(Role::Member).is(UserId::new(Uuid::max())));
    }
}
