//! Enters many people at once.

use super::register_user::{announced, registered};
use crate::{Committed, Forbidden, Request};
use domain::accounts::{NewUser, Scope, User};
use domain::ids::UserId;
use ports::accounts::{AddUsersError, Added, BatchMode, Refusal, UserRepository};
use ports::{ClaimError, Clock, Fault, Ids};
use std::sync::Arc;

/// Enters up to [`RegisterUsers::MAX`] people in one transaction, with a verdict for each.
pub struct RegisterUsers {
    /// Keeps people.
    pub users: Arc<dyn UserRepository>,
    /// Names them.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a batch is not entered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterUsersError {
    /// The caller may not enter somebody in the batch.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An atomic batch has rows that cannot be entered: their places among the people given, and why.
    #[error("{} rows cannot be entered", .0.len())]
    Refused(Vec<(usize, Refusal)>),
    /// The idempotency key cannot be used.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<AddUsersError> for RegisterUsersError {
    fn from(error: AddUsersError) -> Self {
        match error {
            AddUsersError::Refused(rows) => Self::Refused(rows),
            AddUsersError::Claim(claim) => Self::Claim(claim),
            AddUsersError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl RegisterUsers {
    /// People in one batch, at most.
    pub const MAX: usize = 1000;

    /// Enters people; the verdicts are in their order.
    ///
    /// # Errors
    /// [`RegisterUsersError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        new: Vec<NewUser>,
        mode: BatchMode,
    ) -> Result<Committed<Vec<Added>>, RegisterUsersError> {
        let caller = request.caller.within(Scope::UsersWrite)?;
        caller.must_manage_people()?;
        new.iter()
            .try_for_each(|person| caller.must_enter(person))?;
        let at = self.clock.now();
        let users: Vec<User> = new
            .into_iter()
            .map(|person| User::register(UserId::new(self.ids.next()), person, at))
            .collect();
        let commit = request.commit(
            at,
            users.iter().map(registered).collect(),
            users.iter().map(announced).collect(),
        );
        Ok(self.users.add_all(&users, mode, &commit).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::{RegisterUsers, RegisterUsersError};
    use crate::fixtures::{by, clock, fault, ids, profile, user_id};
    use crate::{ClaimError, Committed};
    use domain::accounts::Role;
    use ports::accounts::{AddUsersError, Added, BatchMode, MockUserRepository, Refusal};
    use std::sync::Arc;

    fn with(users: MockUserRepository) -> RegisterUsers {
        RegisterUsers {
            users: Arc::new(users),
            ids: ids(),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn every_person_gets_an_audit_entry_and_an_event() {
        let mut users = MockUserRepository::new();
        users
            .expect_add_all()
            .withf(|users, mode, commit| {
                let audited: Vec<_> = commit.audit.iter().map(|entry| entry.user).collect();
                let told: Vec<_> = commit.events.iter().map(|event| event.user).collect();
                let ids: Vec<_> = users.iter().map(|user| user.id).collect();
                ids.len() == 2 && audited == ids && told == ids && *mode == BatchMode::Partial
            })
            .returning(|_, _, _| {
                Ok(Committed::Fresh(vec![
                    Added::Applied(user_id(1)),
                    Added::Refused(Refusal::EmailTaken),
                ]))
            });
        let batch = vec![profile(Role::Member), profile(Role::Member)];
        let verdicts = with(users)
            .run(&by(Role::Manager), batch, BatchMode::Partial)
            .await
            .unwrap();
        assert_eq!(verdicts.into_inner().len(), 2);
    }

    #[tokio::test]
    async fn one_role_that_the_caller_may_not_give_refuses_the_batch() {
        let batch = vec![profile(Role::Member), profile(Role::Admin)];
        let outcome = with(MockUserRepository::new())
            .run(&by(Role::Manager), batch, BatchMode::Partial)
            .await;
        assert!(matches!(outcome, Err(RegisterUsersError::Forbidden(_))));
        let outcome = with(MockUserRepository::new())
            .run(&by(Role::Member), vec![], BatchMode::Partial)
            .await;
        assert!(matches!(outcome, Err(RegisterUsersError::Forbidden(_))));
    }

    #[tokio::test]
    async fn every_refusal_of_the_repository_has_its_own_name() {
        let refused = |error: AddUsersError| async {
            let mut users = MockUserRepository::new();
            users
                .expect_add_all()
                .return_once(move |_, _, _| Err(error));
            with(users)
                .run(
                    &by(Role::Admin),
                    vec![profile(Role::Admin)],
                    BatchMode::Atomic,
                )
                .await
                .unwrap_err()
        };
        let rows = vec![(0, Refusal::SubjectTaken)];
        assert!(
            matches!(refused(AddUsersError::Refused(rows.clone())).await, RegisterUsersError::Refused(named) if named == rows)
        );
        assert!(matches!(
            refused(ClaimError::Reused.into()).await,
            RegisterUsersError::Claim(ClaimError::Reused)
        ));
        assert!(matches!(
            refused(fault().into()).await,
            RegisterUsersError::Fault(_)
        ));
    }
}
