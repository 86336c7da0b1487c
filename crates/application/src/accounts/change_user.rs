//! Changes what is entered about a person.

use super::access;
use crate::{Forbidden, Request};
use domain::Version;
use domain::accounts::users::{Changed, IsDeleted};
use domain::accounts::{Email, Scope, User, UserPatch};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use ports::accounts::{SaveUserError, UserRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Changes a person whom the caller has seen at a version: people their own names, phone and address;
/// managers more of those for whom they act; keys with `users:write` of members; only admins roles above member, the
/// sites of managers, and admins.
pub struct ChangeUser {
    /// Keeps people.
    pub users: Arc<dyn UserRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a person is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeUserError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person, or the caller may not know that there is.
    #[error("there is no such person")]
    Missing,
    /// The person is deleted.
    #[error(transparent)]
    Deleted(#[from] IsDeleted),
    /// The person changed since the caller saw them.
    #[error("the person is at version {} by now", .0.number())]
    Outdated(Version),
    /// Somebody has this email.
    #[error("the email is taken")]
    EmailTaken(Email),
    /// Somebody has this external subject.
    #[error("the external subject is taken")]
    SubjectTaken,
    /// Nobody would be left to administer the installation.
    #[error("the last active admin must stay one")]
    LastAdmin,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<SaveUserError> for ChangeUserError {
    fn from(error: SaveUserError) -> Self {
        match error {
            SaveUserError::Missing => Self::Missing,
            SaveUserError::Outdated(now) => Self::Outdated(now),
            SaveUserError::EmailTaken(email) => Self::EmailTaken(email),
            SaveUserError::SubjectTaken => Self::SubjectTaken,
            SaveUserError::LastAdmin => Self::LastAdmin,
            SaveUserError::Erased => Self::Deleted(IsDeleted),
            SaveUserError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl ChangeUser {
    /// Applies a patch to the person as the caller saw them; answers the person as they are now.
    ///
    /// # Errors
    /// [`ChangeUserError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        id: UserId,
        seen: Version,
        patch: UserPatch,
    ) -> Result<User, ChangeUserError> {
        let caller = request.caller.within(Scope::UsersWrite)?;
        caller.must_be_somebody()?;
        let user = access::seen(&*self.users, &caller, id)
            .await?
            .ok_or(ChangeUserError::Missing)?;
        caller.must_change(&user, &patch)?;
        if user.version != seen {
            return Err(ChangeUserError::Outdated(user.version));
        }
        let at = self.clock.now();
        let Changed::To(changed, changes) = user.patched(patch, at)? else {
            return Ok(Arc::unwrap_or_clone(user));
        };
        let audit = Audit::of(Action::UserChanged, id).with(changes);
        let commit = request.commit(
            at,
            vec![audit],
            vec![Event::user(EventKind::UserChanged, id, changed.version)],
        );
        self.users.save(&changed, seen, &commit).await?;
        Ok(*changed)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeUser, ChangeUserError};
    use crate::Request;
    use crate::fixtures::{by, by_nobody, clock, fault, user, user_id, version};
    use domain::accounts::{Email, Phone, Role, Status, User, UserPatch};
    use domain::audit::{Action, Change};
    use ports::accounts::{MockUserRepository, SaveUserError};
    use std::sync::Arc;

    fn holding(found: User) -> MockUserRepository {
        let mut users = MockUserRepository::new();
        users
            .expect_find()
            .return_once(move |_| Ok(Some(Arc::new(found))));
        users
    }

    async fn change(
        users: MockUserRepository,
        request: Request,
        number: u64,
        patch: UserPatch,
    ) -> Result<User, ChangeUserError> {
        ChangeUser {
            users: Arc::new(users),
            clock: clock(),
        }
        .run(&request, user_id(number), version(1), patch)
        .await
    }

    fn phone() -> UserPatch {
        UserPatch {
            phone: Some(Phone::parse("555 0100").ok()),
            ..UserPatch::default()
        }
    }

    fn role(role: Role) -> UserPatch {
        UserPatch {
            role: Some(role),
            ..UserPatch::default()
        }
    }

    #[tokio::test]
    async fn a_change_is_saved_at_the_next_version_with_the_names_of_its_fields() {
        let mut users = holding(user(1, Role::Member));
        users
            .expect_save()
            .withf(|user, seen, commit| {
                let changes: Vec<_> = commit
                    .audit
                    .iter()
                    .flat_map(|entry| entry.changes.clone())
                    .collect();
                user.version == version(2)
                    && *seen == version(1)
                    && changes == vec![Change::personal("phone")]
                    && commit
                        .audit
                        .iter()
                        .all(|entry| entry.action == Action::UserChanged)
            })
            .returning(|_, _, _| Ok(()));
        let changed = change(users, by(Role::Member), 1, phone()).await.unwrap();
        assert_eq!(changed.version, version(2));
    }

    #[tokio::test]
    async fn what_is_so_already_is_not_saved() {
        let unchanged = change(
            holding(user(1, Role::Member)),
            by(Role::Member),
            1,
            UserPatch::default(),
        )
        .await
        .unwrap();
        assert_eq!(unchanged.version, version(1));
    }

    #[tokio::test]
    async fn members_change_only_their_own_and_only_what_is_theirs() {
        let outcome = change(MockUserRepository::new(), by(Role::Member), 2, phone()).await;
        assert!(matches!(outcome, Err(ChangeUserError::Missing)));
        let outcome = change(MockUserRepository::new(), by_nobody(), 2, phone()).await;
        assert!(matches!(outcome, Err(ChangeUserError::Forbidden(_))));
        let outcome = change(
            holding(user(1, Role::Member)),
            by(Role::Member),
            1,
            role(Role::Admin),
        )
        .await;
        assert!(matches!(outcome, Err(ChangeUserError::Forbidden(_))));
    }

    #[tokio::test]
    async fn only_admins_touch_admins_and_give_or_take_roles() {
        for (target, patch) in [
            (Role::Admin, phone()),
            (Role::Member, role(Role::Manager)),
            (Role::Manager, role(Role::Member)),
        ] {
            let outcome = change(holding(user(2, target)), by(Role::Manager), 2, patch).await;
            assert!(
                matches!(outcome, Err(ChangeUserError::Forbidden(_))),
                "{outcome:?}"
            );
        }
        let mut users = holding(user(2, Role::Manager));
        users.expect_save().returning(|_, _, _| Ok(()));
        assert!(
            change(users, by(Role::Admin), 2, role(Role::Member))
                .await
                .is_ok()
        );
        let mut users = holding(user(2, Role::Manager));
        users.expect_save().returning(|_, _, _| Ok(()));
        assert!(change(users, by(Role::Manager), 2, phone()).await.is_ok());
    }

    #[tokio::test]
    async fn a_stale_version_and_a_deleted_person_are_refused_before_anything_is_saved() {
        let newer = User {
            version: version(4),
            ..user(1, Role::Member)
        };
        let outcome = change(holding(newer), by(Role::Member), 1, phone()).await;
        assert!(matches!(outcome, Err(ChangeUserError::Outdated(now)) if now == version(4)));
        let deleted = User {
            status: Status::Deleted,
            ..user(2, Role::Member)
        };
        let outcome = change(holding(deleted), by(Role::Admin), 2, phone()).await;
        assert!(matches!(outcome, Err(ChangeUserError::Deleted(_))));
    }

    #[tokio::test]
    async fn every_refusal_of_the_repository_has_its_own_name() {
        let refused = |error: SaveUserError| async {
            let mut users = holding(user(1, Role::Admin));
            users.expect_save().return_once(move |_, _, _| Err(error));
            change(users, by(Role::Admin), 1, phone())
                .await
                .unwrap_err()
        };
        let email = Email::parse("ada@example.org").unwrap();
        assert!(matches!(
            refused(SaveUserError::Missing).await,
            ChangeUserError::Missing
        ));
        assert!(matches!(
            refused(SaveUserError::Outdated(version(3))).await,
            ChangeUserError::Outdated(_)
        ));
        assert!(matches!(
            refused(SaveUserError::EmailTaken(email)).await,
            ChangeUserError::EmailTaken(_)
        ));
        assert!(matches!(
            refused(SaveUserError::SubjectTaken).await,
            ChangeUserError::SubjectTaken
        ));
        assert!(matches!(
            refused(SaveUserError::LastAdmin).await,
            ChangeUserError::LastAdmin
        ));
        assert!(matches!(
            refused(fault().into()).await,
            ChangeUserError::Fault(_)
        ));
    }
}
