//! Signs a person in with email and password.

use super::attempts::{AttemptError, Attempts};
use super::sessions::{OpenSession, SignedIn};
use crate::Request;
use core::time::Duration;
use domain::accounts::passwords::Password;
use domain::accounts::{Client, Email};
use domain::limits::Source;
use ports::Fault;
use ports::accounts::{
    Credential, CredentialRepository, HashError, OpenSessionError, PasswordHasher,
};
use std::sync::Arc;

/// Checks a password and opens a session. An unknown email takes as long as a wrong password.
pub struct SignIn {
    /// Keeps passwords.
    pub credentials: Arc<dyn CredentialRepository>,
    /// Checks them.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Counts attempts.
    pub attempts: Attempts,
    /// Signs devices in.
    pub open: OpenSession,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Email and password do not go together, or the person may not sign in.
    #[error("email and password do not go together")]
    Refused,
    /// Too many attempts have failed, with this account or from this source.
    #[error("too many attempts have failed")]
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

impl From<AttemptError> for SignInError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Locked { retry_after } => Self::Locked { retry_after },
            AttemptError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<HashError> for SignInError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<OpenSessionError> for SignInError {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::NotActive | OpenSessionError::Replaced => Self::Refused,
            OpenSessionError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl SignIn {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`SignInError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        email: &Email,
        password: &Password,
        client: Option<Client>,
        source: Source,
    ) -> Result<SignedIn, SignInError> {
        let attempt = self.attempts.sign_in(email, source).await?;
        let credential = self.credentials.credential(email.key()).await?;
        let hash = credential.as_ref().map(|known| known.hash.clone());
        let right = self.hasher.verify(password, hash).await?;
        match credential {
            Some(Credential { user, hash }) if right => {
                let signed_in = self.open.run(request, user, &hash, client).await?;
                self.attempts.succeeded(attempt).await;
                Ok(signed_in)
            }
            Some(_) | None => {
                self.attempts.failed(attempt).await?;
                Err(SignInError::Refused)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SignIn, SignInError};
    use crate::accounts::sessions::SignedIn;
    use crate::accounts::sessions::fixtures::opening;
    use crate::fixtures::{attempts, by_nobody, fault, now, user_id};
    use domain::accounts::passwords::Password;
    use domain::accounts::{Client, Email};
    use domain::audit::Action;
    use domain::limits::Source;
    use ports::Fault;
    use ports::accounts::{
        Credential, HashError, MockCredentialRepository, MockLockoutRepository, MockPasswordHasher,
        MockSessionRepository, OpenSessionError, PasswordHash,
    };
    use std::sync::Arc;

    async fn sign_in(
        known: Result<bool, Fault>,
        verified: Result<bool, HashError>,
        opened: Result<(), OpenSessionError>,
    ) -> Result<SignedIn, SignInError> {
        let mut lockouts = MockLockoutRepository::new();
        lockouts.expect_look().returning(|_, _| Ok(None));
        lockouts.expect_charge().returning(|_, _, _| Ok(None));
        lockouts.expect_clear().returning(|_| Ok(()));
        sign_in_counted(lockouts, known, verified, opened).await
    }

    async fn sign_in_counted(
        lockouts: MockLockoutRepository,
        known: Result<bool, Fault>,
        verified: Result<bool, HashError>,
        opened: Result<(), OpenSessionError>,
    ) -> Result<SignedIn, SignInError> {
        let (mut credentials, mut hasher, mut sessions) = (
            MockCredentialRepository::new(),
            MockPasswordHasher::new(),
            MockSessionRepository::new(),
        );
        let credential = Credential {
            user: user_id(7),
            hash: PasswordHash::new("$argon2id$".into()),
        };
        let found = known.map(|known| known.then_some(credential));
        credentials
            .expect_credential()
            .withf(|key| key == "ada@example.org")
            .return_once(move |_| found);
        hasher.expect_verify().return_once(move |_, _| verified);
        sessions
            .expect_open()
            .withf(|session, checked, commit| {
                let client = session.client.as_ref().map(Client::reveal);
                (session.user, session.started_at, client) == (user_id(7), now(), Some("curl"))
                    && checked.reveal() == "$argon2id$"
                    && commit.audit[0].action == Action::SessionStarted
            })
            .return_once(move |_, _, _| opened);
        let sign_in = SignIn {
            credentials: Arc::new(credentials),
            hasher: Arc::new(hasher),
            attempts: attempts(lockouts),
            open: opening(sessions),
        };
        let email = Email::parse("Ada@Example.org").unwrap();
        let password = Password::presented("correct horse");
        sign_in
            .run(
                &by_nobody(),
                &email,
                &password,
                Client::read("curl"),
                Source::UNKNOWN,
            )
            .await
    }

    #[tokio::test]
    async fn the_right_password_signs_the_device_in() {
        let signed_in = sign_in(Ok(true), Ok(true), Ok(())).await.unwrap();
        assert_eq!(signed_in.access.token.reveal(), "access 7");
        assert_eq!(signed_in.refresh.reveal(), "refresh 1");
    }

    #[tokio::test]
    async fn a_wrong_password_an_unknown_email_and_who_may_not_look_the_same() {
        for (known, right, opened) in [
            (true, false, Ok(())),
            (false, false, Ok(())),
            (false, true, Ok(())),
            (true, true, Err(OpenSessionError::NotActive)),
            (true, true, Err(OpenSessionError::Replaced)),
        ] {
            let outcome = sign_in(Ok(known), Ok(right), opened).await;
            assert!(matches!(outcome, Err(SignInError::Refused)), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn a_full_house_and_a_fault_are_told_apart() {
        let busy = sign_in(Ok(true), Err(HashError::Busy), Ok(())).await;
        assert!(matches!(busy, Err(SignInError::Busy)), "{busy:?}");
        for outcome in [
            sign_in(Ok(true), Err(fault().into()), Ok(())).await,
            sign_in(Err(fault()), Ok(true), Ok(())).await,
            sign_in(Ok(true), Ok(true), Err(fault().into())).await,
        ] {
            assert!(matches!(outcome, Err(SignInError::Fault(_))), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn nothing_is_tried_while_it_is_locked() {
        let mut lockouts = MockLockoutRepository::new();
        lockouts
            .expect_look()
            .returning(|_, at| Ok(Some(at + jiff::SignedDuration::from_secs(5))));
        let outcome = sign_in_counted(lockouts, Ok(true), Ok(true), Ok(())).await;
        match outcome {
            Err(SignInError::Locked { retry_after }) => assert_eq!(retry_after.as_secs(), 5),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn only_what_failed_is_held_against_the_source() {
        for (right, charges, clears) in [(true, 1, 1), (false, 2, 0)] {
            let mut lockouts = MockLockoutRepository::new();
            lockouts.expect_look().returning(|_, _| Ok(None));
            let charge = lockouts.expect_charge().times(charges);
            charge.returning(|_, _, _| Ok(None));
            lockouts.expect_clear().times(clears).returning(|_| Ok(()));
            let outcome = sign_in_counted(lockouts, Ok(true), Ok(right), Ok(())).await;
            assert_eq!(outcome.is_ok(), right);
        }
    }

    #[tokio::test]
    async fn who_was_right_is_in_even_if_nobody_can_write_that_down() {
        let mut lockouts = MockLockoutRepository::new();
        lockouts.expect_look().returning(|_, _| Ok(None));
        lockouts.expect_charge().returning(|_, _, _| Ok(None));
        lockouts.expect_clear().returning(|_| Err(fault()));
        let outcome = sign_in_counted(lockouts, Ok(true), Ok(true), Ok(())).await;
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}
