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
    /// Too many attempts have failed or are being decided, with this account or from this source.
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
        let outcome = self.attempt(request, email, password, client).await;
        // Refused are also those who may not sign in: whoever guesses must not find out that only they are not counted.
        let is_wrong = |error: &SignInError| matches!(error, SignInError::Refused);
        self.attempts.settle(attempt, outcome, is_wrong).await
    }

    async fn attempt(
        &self,
        request: &Request,
        email: &Email,
        password: &Password,
        client: Option<Client>,
    ) -> Result<SignedIn, SignInError> {
        let credential = self.credentials.credential(email.key()).await?;
        let hash = credential.as_ref().map(|known| known.hash.clone());
        let right = self.hasher.verify(password, hash).await?;
        match credential {
            Some(Credential { user, hash }) if right => {
                Ok(self.open.run(request, user, &hash, client).await?)
            }
            Some(_) | None => Err(SignInError::Refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SignIn, SignInError};
    use crate::accounts::sessions::SignedIn;
    use crate::accounts::sessions::fixtures::opening;
    use crate::fixtures::{attempts, by_nobody, ending, fault, now, user_id};
    use domain::accounts::passwords::Password;
    use domain::accounts::{Client, Email, Outcome};
    use domain::audit::Action;
    use domain::limits::Source;
    use ports::Fault;
    use ports::accounts::{
        Begun, Credential, HashError, MockCredentialRepository, MockLockoutRepository,
        MockPasswordHasher, MockSessionRepository, OpenSessionError, PasswordHash,
    };
    use std::sync::Arc;

    const RIGHT: &[(&str, Outcome)] = &[
        ("sign-in source", Outcome::Open),
        ("sign-in account", Outcome::Right),
    ];
    const WRONG: &[(&str, Outcome)] = &[
        ("sign-in source", Outcome::Wrong),
        ("sign-in account", Outcome::Wrong),
    ];
    const NOBODYS_FAILURE: &[(&str, Outcome)] = &[
        ("sign-in source", Outcome::Open),
        ("sign-in account", Outcome::Open),
    ];

    async fn sign_in(
        known: Result<bool, Fault>,
        verified: Result<bool, HashError>,
        opened: Result<(), OpenSessionError>,
        ended: &'static [(&'static str, Outcome)],
    ) -> Result<SignedIn, SignInError> {
        sign_in_counted(ending(ended), known, verified, opened).await
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
        let signed_in = sign_in(Ok(true), Ok(true), Ok(()), RIGHT).await.unwrap();
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
            let outcome = sign_in(Ok(known), Ok(right), opened, WRONG).await;
            assert!(matches!(outcome, Err(SignInError::Refused)), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn a_full_house_and_a_fault_are_told_apart_and_are_nobodys_failure() {
        let busy = sign_in(Ok(true), Err(HashError::Busy), Ok(()), NOBODYS_FAILURE).await;
        assert!(matches!(busy, Err(SignInError::Busy)), "{busy:?}");
        for outcome in [
            sign_in(Ok(true), Err(fault().into()), Ok(()), NOBODYS_FAILURE).await,
            sign_in(Err(fault()), Ok(true), Ok(()), NOBODYS_FAILURE).await,
            sign_in(Ok(true), Ok(true), Err(fault().into()), NOBODYS_FAILURE).await,
        ] {
            assert!(matches!(outcome, Err(SignInError::Fault(_))), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn nothing_is_tried_while_it_is_locked() {
        let mut lockouts = MockLockoutRepository::new();
        let until = |at| at + jiff::SignedDuration::from_secs(5);
        let begin = lockouts.expect_begin();
        begin.returning(move |_, at| Ok(Begun::Refused(until(at))));
        let outcome = sign_in_counted(lockouts, Ok(true), Ok(true), Ok(())).await;
        match outcome {
            Err(SignInError::Locked { retry_after }) => assert_eq!(retry_after.as_secs(), 5),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn who_was_right_is_in_even_if_nobody_can_write_that_down() {
        let mut lockouts = MockLockoutRepository::new();
        let begin = lockouts.expect_begin();
        begin.returning(|_, at| Ok(Begun::Held(at)));
        lockouts.expect_end().returning(|_, _, _| Err(fault()));
        let outcome = sign_in_counted(lockouts, Ok(true), Ok(true), Ok(())).await;
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}
