//! Enters a person in the directory.

use crate::{Committed, Forbidden, Request};
use domain::accounts::{Email, NewUser, Scope, User};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use ports::accounts::{AddUserError, UserRepository};
use ports::{ClaimError, Clock, Fault, Ids};
use std::sync::Arc;

/// Enters one person. Managers enter members at the sites where they act, and keys with `users:write` members; only
/// admins enter managers and admins.
pub struct RegisterUser {
    /// Keeps people.
    pub users: Arc<dyn UserRepository>,
    /// Names them.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a person is not entered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterUserError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Somebody has this email.
    #[error("the email is taken")]
    EmailTaken(Email),
    /// Somebody has this external subject.
    #[error("the external subject is taken")]
    SubjectTaken,
    /// The idempotency key cannot be used.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<AddUserError> for RegisterUserError {
    fn from(error: AddUserError) -> Self {
        match error {
            AddUserError::EmailTaken(email) => Self::EmailTaken(email),
            AddUserError::SubjectTaken => Self::SubjectTaken,
            AddUserError::Claim(claim) => Self::Claim(claim),
            AddUserError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl RegisterUser {
    /// Enters a person.
    ///
    /// # Errors
    /// [`RegisterUserError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        new: NewUser,
    ) -> Result<Committed<User>, RegisterUserError> {
        let caller = request.caller.within(Scope::UsersWrite)?;
        caller.must_enter(&new)?;
        let at = self.clock.now();
        let user = User::register(UserId::new(self.ids.next()), new, at);
        let commit = request.commit(at, vec![registered(&user)], vec![announced(&user)]);
        Ok(self.users.add(&user, &commit).await?)
    }
}

/// What the audit trail says of a person who was entered.
pub(super) const fn registered(user: &User) -> Audit {
    Audit::of(Action::UserRegistered, user.id)
}

/// What others are told of a person who was entered.
pub(super) const fn announced(user: &User) -> Event {
    Event::user(EventKind::UserRegistered, user.id, user.version)
}

#[cfg(test)]
mod tests {
    use super::{RegisterUser, RegisterUserError};
    use crate::fixtures::{by, by_nobody, claim, clock, fault, ids, now, profile, user};
    use crate::{ClaimError, Committed, Forbidden};
    use domain::accounts::{Email, Role};
    use domain::audit::Action;
    use domain::events::EventKind;
    use ports::accounts::{AddUserError, MockUserRepository};
    use std::sync::Arc;

    fn with(users: MockUserRepository) -> RegisterUser {
        RegisterUser {
            users: Arc::new(users),
            ids: ids(),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn a_person_is_stored_with_audit_event_and_key() {
        let mut users = MockUserRepository::new();
        users
            .expect_add()
            .withf(|user, commit| {
                commit.at == now()
                    && commit.claim == Some(claim())
                    && commit.audit.iter().all(|entry| {
                        entry.user == user.id && entry.action == Action::UserRegistered
                    })
                    && commit.events.iter().all(|event| {
                        event.user == user.id && event.kind == EventKind::UserRegistered
                    })
                    && (commit.audit.len(), commit.events.len()) == (1, 1)
            })
            .returning(|user, _| Ok(Committed::Fresh(user.clone())));
        let made = with(users)
            .run(
                &by(Role::Manager).keyed(Some(claim())),
                profile(Role::Member),
            )
            .await
            .unwrap();
        assert!(matches!(made, Committed::Fresh(user) if user.created_at == now()));
    }

    #[tokio::test]
    async fn a_replay_answers_the_person_of_then() {
        let mut users = MockUserRepository::new();
        users
            .expect_add()
            .returning(|_, _| Ok(Committed::Replayed(user(5, Role::Member))));
        let made = with(users)
            .run(&by(Role::Manager), profile(Role::Member))
            .await
            .unwrap();
        assert_eq!(made, Committed::Replayed(user(5, Role::Member)));
    }

    #[tokio::test]
    async fn nobody_below_the_needed_role_gets_as_far_as_the_repository() {
        for (request, role) in [
            (by_nobody(), Role::Member),
            (by(Role::Member), Role::Member),
            (by(Role::Manager), Role::Manager),
            (by(Role::Manager), Role::Admin),
        ] {
            let outcome = with(MockUserRepository::new())
                .run(&request, profile(role))
                .await;
            assert!(
                matches!(outcome, Err(RegisterUserError::Forbidden(_))),
                "{outcome:?}"
            );
        }
        let outcome = with(MockUserRepository::new())
            .run(&by_nobody(), profile(Role::Member))
            .await;
        assert!(matches!(
            outcome,
            Err(RegisterUserError::Forbidden(Forbidden::Anonymous))
        ));
    }

    #[tokio::test]
    async fn every_refusal_of_the_repository_has_its_own_name() {
        let refused = |error: AddUserError| async {
            let mut users = MockUserRepository::new();
            users.expect_add().return_once(move |_, _| Err(error));
            with(users)
                .run(&by(Role::Admin), profile(Role::Admin))
                .await
                .unwrap_err()
        };
        let email = Email::parse("ada@example.org").unwrap();
        assert!(matches!(
            refused(AddUserError::EmailTaken(email)).await,
            RegisterUserError::EmailTaken(_)
        ));
        assert!(matches!(
            refused(AddUserError::SubjectTaken).await,
            RegisterUserError::SubjectTaken
        ));
        assert!(matches!(
            refused(ClaimError::InFlight.into()).await,
            RegisterUserError::Claim(ClaimError::InFlight)
        ));
        assert!(matches!(
            refused(fault().into()).await,
            RegisterUserError::Fault(_)
        ));
    }
}
