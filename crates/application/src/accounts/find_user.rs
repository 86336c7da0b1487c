//! Looks a person up.

use super::access::seen;
use crate::{Forbidden, Request};
use domain::accounts::{Scope, User};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::UserRepository;
use std::sync::Arc;

/// Looks one person up: managers those for whom they act and keys with `users:read` anybody, also the
/// deleted; others themselves.
pub struct FindUser {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
}

/// Why a person is not shown.
#[derive(Debug, thiserror::Error)]
pub enum FindUserError {
    /// The caller has not signed in, or is a key that may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person, or the caller may not know that there is.
    #[error("there is no such person")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl FindUser {
    /// Looks a person up.
    ///
    /// # Errors
    /// [`FindUserError`].
    pub async fn run(&self, request: &Request, id: UserId) -> Result<Arc<User>, FindUserError> {
        let caller = request.caller.within(Scope::UsersRead)?;
        caller.must_be_somebody()?;
        seen(&*self.users, &caller, id)
            .await?
            .ok_or(FindUserError::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::{FindUser, FindUserError};
    use crate::fixtures::{by, by_nobody, user, user_id};
    use domain::accounts::{Role, User};
    use ports::accounts::MockUserRepository;
    use std::sync::Arc;

    fn holding(found: Option<User>) -> FindUser {
        let mut users = MockUserRepository::new();
        users
            .expect_find()
            .return_once(move |_| Ok(found.map(Arc::new)));
        FindUser {
            users: Arc::new(users),
        }
    }

    #[tokio::test]
    async fn people_see_themselves_and_managers_see_everybody() {
        assert!(
            holding(Some(user(1, Role::Member)))
                .run(&by(Role::Member), user_id(1))
                .await
                .is_ok()
        );
        assert!(
            holding(Some(user(2, Role::Member)))
                .run(&by(Role::Manager), user_id(2))
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn somebody_else_is_missing_for_a_member_whether_they_exist_or_not() {
        let never_asked = FindUser {
            users: Arc::new(MockUserRepository::new()),
        };
        assert!(matches!(
            never_asked.run(&by(Role::Member), user_id(2)).await,
            Err(FindUserError::Missing)
        ));
        assert!(matches!(
            never_asked.run(&by_nobody(), user_id(2)).await,
            Err(FindUserError::Forbidden(_))
        ));
        assert!(matches!(
            holding(None).run(&by(Role::Admin), user_id(2)).await,
            Err(FindUserError::Missing)
        ));
    }
}
