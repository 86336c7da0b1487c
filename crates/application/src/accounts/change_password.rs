//! Changes a password for somebody who knows the old one, and signs their other devices out.

use super::FollowAccess;
use super::attempts::{AttemptError, Attempts};
use crate::{Forbidden, Request};
use core::time::Duration;
use domain::accounts::passwords::Password;
use domain::audit::{Action, Audit};
use domain::ids::UserId;
use ports::accounts::{
    ChangePasswordError as NotChanged, CredentialRepository, HashError, PasswordHash,
    PasswordHasher,
};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Changes the caller's own password.
pub struct ChangePassword {
    /// Keeps passwords.
    pub credentials: Arc<dyn CredentialRepository>,
    /// Checks and hashes them.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Counts attempts.
    pub attempts: Attempts,
    /// Hears which devices have been signed out.
    pub access: Arc<FollowAccess>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// Nobody is signed in with a device.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The current password is another.
    #[error("the current password is another")]
    Refused,
    /// Too many attempts have failed or are being decided.
    #[error("too many attempts have failed or are being decided")]
    Locked {
        /// When to come back.
        retry_after: Duration,
    },
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<AttemptError> for ChangePasswordError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Locked { retry_after } => Self::Locked { retry_after },
            AttemptError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<HashError> for ChangePasswordError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<NotChanged> for ChangePasswordError {
    fn from(error: NotChanged) -> Self {
        match error {
            NotChanged::NotActive | NotChanged::SignedOut => Self::Forbidden(Forbidden::Anonymous),
            NotChanged::Replaced => Self::Refused,
            NotChanged::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl ChangePassword {
    /// Changes the password.
    ///
    /// # Errors
    /// [`ChangePasswordError`]; the password is as it was then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        current: &Password,
        new: &Password,
    ) -> Result<(), ChangePasswordError> {
        let (user, session) = request.caller.must_be_on_a_device()?;
        let attempt = self.attempts.confirm(user).await?;
        let outcome = self.verify(user, current).await;
        let is_wrong = |error: &ChangePasswordError| matches!(error, ChangePasswordError::Refused);
        let checked = self.attempts.settle(attempt, outcome, is_wrong).await?;
        let hash = self.hasher.hash(new).await?;
        let audit = vec![Audit::of(Action::PasswordChanged, user)];
        let commit = request.commit(self.clock.now(), audit, Vec::new());
        self.credentials
            .change_password(user, &checked, &hash, session, &commit)
            .await?;
        self.access.soon().await;
        self.attempts.forgive(user).await;
        Ok(())
    }

    /// The password as it is stored, for who knows it.
    async fn verify(
        &self,
        user: UserId,
        current: &Password,
    ) -> Result<PasswordHash, ChangePasswordError> {
        let known = self.credentials.password(user).await?;
        let right = self.hasher.verify(current, known.clone()).await?;
        known.filter(|_| right).ok_or(ChangePasswordError::Refused)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangePassword, ChangePasswordError};
    use crate::accounts::sessions::fixtures::SESSION;
    use crate::fixtures::{are_named, attempts, by, clock, ending, fault, following, now, user_id};
    use crate::{Caller, Request};
    use domain::accounts::passwords::Password;
    use domain::accounts::{Outcome, Role};
    use domain::audit::Action;
    use jiff::SignedDuration;
    use ports::accounts::{
        Begun, ChangePasswordError as NotChanged, HashError, MockCredentialRepository,
        MockLockoutRepository, MockPasswordHasher, PasswordHash,
    };
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    const RIGHT: &[(&str, Outcome)] = &[("password of", Outcome::Right)];
    const WRONG: &[(&str, Outcome)] = &[("password of", Outcome::Wrong)];
    const NOBODYS_FAILURE: &[(&str, Outcome)] = &[("password of", Outcome::Open)];

    async fn change(
        right: Result<bool, HashError>,
        changed: Result<(), NotChanged>,
        ended: &'static [(&'static str, Outcome)],
    ) -> (Result<(), ChangePasswordError>, usize) {
        let mut lockouts = ending(ended);
        // What strangers did at the door is forgotten with the password that they were guessing.
        let clear = lockouts.expect_clear();
        clear
            .times(usize::from(ended == RIGHT && changed.is_ok()))
            .withf(|counted, _| are_named(counted, &["sign-in account", "password of"]))
            .returning(|_, _| Ok(()));
        change_counted(lockouts, right, changed).await
    }

    async fn change_counted(
        lockouts: MockLockoutRepository,
        right: Result<bool, HashError>,
        changed: Result<(), NotChanged>,
    ) -> (Result<(), ChangePasswordError>, usize) {
        let (mut credentials, mut hasher) =
            (MockCredentialRepository::new(), MockPasswordHasher::new());
        credentials
            .expect_password()
            .withf(|user| *user == user_id(1))
            .returning(|_| Ok(Some(PasswordHash::new("old".into()))));
        hasher
            .expect_verify()
            .withf(|_, hash| hash.as_ref().is_some_and(|hash| hash.reveal() == "old"))
            .return_once(move |_, _| right);
        hasher
            .expect_hash()
            .returning(|_| Ok(PasswordHash::new("new".into())));
        credentials
            .expect_change_password()
            .withf(|user, checked, hash, keep, commit| {
                (*user, *keep) == (user_id(1), SESSION)
                    && (checked.reveal(), hash.reveal()) == ("old", "new")
                    && commit.audit[0].action == Action::PasswordChanged
            })
            .return_once(move |_, _, _, _, _| changed);
        let (access, turns) = following();
        let change = ChangePassword {
            credentials: Arc::new(credentials),
            hasher: Arc::new(hasher),
            attempts: attempts(lockouts),
            access,
            clock: clock(),
        };
        let request = Request {
            caller: Caller::signed_in(user_id(1), Role::Member).on(SESSION),
            ..by(Role::Member)
        };
        let (old, new) = (Password::presented("old"), Password::presented("new"));
        let outcome = change.run(&request, &old, &new).await;
        (outcome, turns.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_knows_the_old_one_sets_a_new_one() {
        let (outcome, turns) = change(Ok(true), Ok(()), RIGHT).await;
        outcome.unwrap();
        assert_eq!(
            turns, 1,
            "the devices that were signed out are known here at once"
        );
    }

    #[tokio::test]
    async fn every_refusal_has_its_own_name() {
        let (wrong, _) = change(Ok(false), Ok(()), WRONG).await;
        assert!(
            matches!(wrong, Err(ChangePasswordError::Refused)),
            "{wrong:?}"
        );
        let (busy, _) = change(Err(HashError::Busy), Ok(()), NOBODYS_FAILURE).await;
        assert!(matches!(busy, Err(ChangePasswordError::Busy)), "{busy:?}");
        let (broken, _) = change(Err(fault().into()), Ok(()), NOBODYS_FAILURE).await;
        assert!(
            matches!(broken, Err(ChangePasswordError::Fault(_))),
            "{broken:?}"
        );
        let (gone, _) = change(Ok(true), Err(NotChanged::NotActive), RIGHT).await;
        assert!(
            matches!(gone, Err(ChangePasswordError::Forbidden(_))),
            "{gone:?}"
        );
        let (down, turns) = change(Ok(true), Err(fault().into()), RIGHT).await;
        assert!(
            matches!(down, Err(ChangePasswordError::Fault(_))),
            "{down:?}"
        );
        assert_eq!(turns, 0);
    }

    #[tokio::test]
    async fn who_guesses_too_often_has_to_wait() {
        let later = now() + SignedDuration::from_secs(30);
        let mut lockouts = MockLockoutRepository::new();
        let begin = lockouts.expect_begin();
        begin.returning(move |_, _| Ok(Begun::Refused(later)));
        let (outcome, _) = change_counted(lockouts, Ok(true), Ok(())).await;
        match outcome {
            Err(ChangePasswordError::Locked { retry_after }) => {
                assert_eq!(retry_after.as_secs(), 30);
            }
            other => panic!("{other:?}"),
        }
    }
}
