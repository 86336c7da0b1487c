//! Suspends, activates, deletes and restores people.

use super::FollowAccess;
use super::access::seen;
use crate::{Forbidden, Request};
use domain::Version;
use domain::accounts::users::{Changed, IsDeleted};
use domain::accounts::{Email, Scope, User};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::accounts::{SaveUserError, UserRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// What is to become of a person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusChange {
    /// May not sign in for now.
    Suspend,
    /// May sign in again.
    Activate,
    /// Out of the directory, for callers who saw this version.
    Delete {
        /// The version that the caller saw.
        seen: Version,
    },
    /// Back in the directory.
    Restore,
}

/// Changes the state of a person's account, for managers (of members and managers) and admins.
pub struct ChangeStatus {
    /// Keeps people.
    pub users: Arc<dyn UserRepository>,
    /// Hears which devices have been signed out.
    pub access: Arc<FollowAccess>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why the state is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeStatusError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person.
    #[error("there is no such person")]
    Missing,
    /// The person is deleted.
    #[error(transparent)]
    Deleted(#[from] IsDeleted),
    /// The person changed since the caller saw them.
    #[error("the person is at version {} by now", .0.number())]
    Outdated(Version),
    /// Others kept changing the person meanwhile; the same request may succeed.
    #[error("the person is being changed by others")]
    Contended,
    /// Somebody else has the email of the person to restore.
    #[error("the email is taken")]
    EmailTaken(Email),
    /// Somebody else has the external subject of the person to restore.
    #[error("the external subject is taken")]
    SubjectTaken,
    /// Nobody would be left to administer the installation.
    #[error("the last active admin must stay one")]
    LastAdmin,
    /// The person to restore is erased.
    #[error("the person is erased")]
    Erased,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How often a change that names no version is tried on the newest row.
const ATTEMPTS: u32 = 5;

impl ChangeStatus {
    /// Changes the state of a person's account; answers the person as they are now.
    ///
    /// # Errors
    /// [`ChangeStatusError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        id: UserId,
        change: StatusChange,
    ) -> Result<User, ChangeStatusError> {
        let caller = request.caller.within(Scope::UsersWrite)?;
        caller.must_manage_people()?;
        for _ in 0..ATTEMPTS {
            let user = seen(&*self.users, &caller, id)
                .await?
                .ok_or(ChangeStatusError::Missing)?;
            caller.must_manage(&user)?;
            match change {
                StatusChange::Delete { seen } if seen != user.version => {
                    return Err(ChangeStatusError::Outdated(user.version));
                }
                StatusChange::Delete { .. }
                | StatusChange::Suspend
                | StatusChange::Activate
                | StatusChange::Restore => {}
            }
            match self.attempt(request, &user, change).await {
                Err(SaveOrDeleted::Save(SaveUserError::Outdated(now))) => match change {
                    StatusChange::Delete { .. } => return Err(ChangeStatusError::Outdated(now)),
                    StatusChange::Suspend | StatusChange::Activate | StatusChange::Restore => {}
                },
                Err(SaveOrDeleted::Save(error)) => return Err(refused(error)),
                Err(SaveOrDeleted::Deleted(deleted)) => return Err(deleted.into()),
                Ok(user) => return Ok(user),
            }
        }
        Err(ChangeStatusError::Contended)
    }

    async fn attempt(
        &self,
        request: &Request,
        user: &User,
        change: StatusChange,
    ) -> Result<User, SaveOrDeleted> {
        let at = self.clock.now();
        let (changed, action, kind) = applied(user, change, at).map_err(SaveOrDeleted::Deleted)?;
        let Changed::To(changed, changes) = changed else {
            return Ok(user.clone());
        };
        let audit = Audit::of(action, user.id).with(changes);
        let commit = request.commit(
            at,
            vec![audit],
            vec![Event::user(kind, user.id, changed.version)],
        );
        self.users
            .save(&changed, user.version, &commit)
            .await
            .map_err(SaveOrDeleted::Save)?;
        // Who is suspended or deleted has no devices any more, and gets none back by being let in again.
        self.access.soon().await;
        Ok(*changed)
    }
}

/// Why one attempt failed.
enum SaveOrDeleted {
    Save(SaveUserError),
    Deleted(IsDeleted),
}

fn applied(
    user: &User,
    change: StatusChange,
    at: Timestamp,
) -> Result<(Changed, Action, EventKind), IsDeleted> {
    Ok(match change {
        StatusChange::Suspend => (
            user.suspended(at)?,
            Action::UserSuspended,
            EventKind::UserSuspended,
        ),
        StatusChange::Activate => (
            user.activated(at)?,
            Action::UserActivated,
            EventKind::UserActivated,
        ),
        StatusChange::Delete { .. } => (
            user.deleted(at),
            Action::UserDeleted,
            EventKind::UserDeleted,
        ),
        StatusChange::Restore => (
            user.restored(at),
            Action::UserRestored,
            EventKind::UserRestored,
        ),
    })
}

fn refused(error: SaveUserError) -> ChangeStatusError {
    match error {
        SaveUserError::Missing => ChangeStatusError::Missing,
        SaveUserError::Outdated(now) => ChangeStatusError::Outdated(now),
        SaveUserError::EmailTaken(email) => ChangeStatusError::EmailTaken(email),
        SaveUserError::SubjectTaken => ChangeStatusError::SubjectTaken,
        SaveUserError::LastAdmin => ChangeStatusError::LastAdmin,
        SaveUserError::Erased => ChangeStatusError::Erased,
        SaveUserError::Fault(fault) => ChangeStatusError::Fault(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::{ATTEMPTS, ChangeStatus, ChangeStatusError, StatusChange};
    use crate::Request;
    use crate::fixtures::{by, clock, fault, following, user, user_id, version};
    use domain::accounts::{Email, Role, Status, User};
    use domain::audit::Action;
    use domain::events::EventKind;
    use ports::accounts::{MockUserRepository, SaveUserError};
    use std::sync::Arc;

    fn holding(found: User) -> MockUserRepository {
        let mut users = MockUserRepository::new();
        users
            .expect_find()
            .returning(move |_| Ok(Some(Arc::new(found.clone()))));
        users
    }

    async fn change(
        users: MockUserRepository,
        request: Request,
        change: StatusChange,
    ) -> Result<User, ChangeStatusError> {
        ChangeStatus {
            users: Arc::new(users),
            access: following().0,
            clock: clock(),
        }
        .run(&request, user_id(2), change)
        .await
    }

    fn in_state(status: Status) -> User {
        User {
            status,
            ..user(2, Role::Member)
        }
    }

    #[tokio::test]
    async fn each_change_is_audited_and_announced_under_its_own_name() {
        let cases = [
            (
                StatusChange::Suspend,
                Status::Active,
                Status::Suspended,
                Action::UserSuspended,
                EventKind::UserSuspended,
            ),
            (
                StatusChange::Activate,
                Status::Suspended,
                Status::Active,
                Action::UserActivated,
                EventKind::UserActivated,
            ),
            (
                StatusChange::Delete { seen: version(1) },
                Status::Active,
                Status::Deleted,
                Action::UserDeleted,
                EventKind::UserDeleted,
            ),
            (
                StatusChange::Restore,
                Status::Deleted,
                Status::Active,
                Action::UserRestored,
                EventKind::UserRestored,
            ),
        ];
        for (wanted, from, to, action, kind) in cases {
            let mut users = holding(in_state(from));
            users
                .expect_save()
                .withf(move |user, seen, commit| {
                    user.status == to
                        && *seen == version(1)
                        && commit.audit[0].action == action
                        && commit.events[0].kind == kind
                })
                .returning(|_, _, _| Ok(()));
            assert_eq!(
                change(users, by(Role::Manager), wanted)
                    .await
                    .unwrap()
                    .status,
                to
            );
        }
    }

    #[tokio::test]
    async fn what_is_so_already_is_not_saved() {
        let same = change(
            holding(in_state(Status::Suspended)),
            by(Role::Manager),
            StatusChange::Suspend,
        )
        .await
        .unwrap();
        assert_eq!(same.version, version(1));
    }

    #[tokio::test]
    async fn a_change_without_a_version_is_tried_on_the_newest_row_and_gives_up_in_the_end() {
        let mut users = holding(in_state(Status::Active));
        users
            .expect_save()
            .times(ATTEMPTS as usize)
            .returning(|_, _, _| Err(SaveUserError::Outdated(version(9))));
        assert!(matches!(
            change(users, by(Role::Manager), StatusChange::Suspend).await,
            Err(ChangeStatusError::Contended)
        ));
    }

    #[tokio::test]
    async fn deleting_needs_the_newest_version() {
        let seen = StatusChange::Delete { seen: version(3) };
        let outcome = change(holding(in_state(Status::Active)), by(Role::Manager), seen).await;
        assert!(matches!(outcome, Err(ChangeStatusError::Outdated(now)) if now == version(1)));
        let mut users = holding(in_state(Status::Active));
        users
            .expect_save()
            .returning(|_, _, _| Err(SaveUserError::Outdated(version(2))));
        let outcome = change(
            users,
            by(Role::Manager),
            StatusChange::Delete { seen: version(1) },
        )
        .await;
        assert!(matches!(outcome, Err(ChangeStatusError::Outdated(now)) if now == version(2)));
    }

    #[tokio::test]
    async fn members_change_nobody_and_managers_no_admin() {
        let outcome = change(
            MockUserRepository::new(),
            by(Role::Member),
            StatusChange::Suspend,
        )
        .await;
        assert!(matches!(outcome, Err(ChangeStatusError::Forbidden(_))));
        let outcome = change(
            holding(user(2, Role::Admin)),
            by(Role::Manager),
            StatusChange::Suspend,
        )
        .await;
        assert!(matches!(outcome, Err(ChangeStatusError::Forbidden(_))));
    }

    #[tokio::test]
    async fn missing_and_deleted_people_are_told_apart() {
        let mut users = MockUserRepository::new();
        users.expect_find().returning(|_| Ok(None));
        assert!(matches!(
            change(users, by(Role::Manager), StatusChange::Suspend).await,
            Err(ChangeStatusError::Missing)
        ));
        for wanted in [StatusChange::Suspend, StatusChange::Activate] {
            let outcome = change(
                holding(in_state(Status::Deleted)),
                by(Role::Manager),
                wanted,
            )
            .await;
            assert!(matches!(outcome, Err(ChangeStatusError::Deleted(_))));
        }
    }

    #[tokio::test]
    async fn every_refusal_of_the_repository_has_its_own_name() {
        let refused = |error: SaveUserError| async {
            let mut users = holding(in_state(Status::Deleted));
            users.expect_save().return_once(move |_, _, _| Err(error));
            change(users, by(Role::Admin), StatusChange::Restore)
                .await
                .unwrap_err()
        };
        let email = Email::parse("ada@example.org").unwrap();
        assert!(matches!(
            refused(SaveUserError::Missing).await,
            ChangeStatusError::Missing
        ));
        assert!(matches!(
            refused(SaveUserError::EmailTaken(email)).await,
            ChangeStatusError::EmailTaken(_)
        ));
        assert!(matches!(
            refused(SaveUserError::SubjectTaken).await,
            ChangeStatusError::SubjectTaken
        ));
        assert!(matches!(
            refused(SaveUserError::LastAdmin).await,
            ChangeStatusError::LastAdmin
        ));
        assert!(matches!(
            refused(SaveUserError::Erased).await,
            ChangeStatusError::Erased
        ));
        assert!(matches!(
            refused(fault().into()).await,
            ChangeStatusError::Fault(_)
        ));
    }
}
