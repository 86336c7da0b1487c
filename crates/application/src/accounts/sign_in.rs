//! Signs a person in with email and password.

use domain::accounts::Email;
use domain::accounts::passwords::Password;
use ports::accounts::{AccessToken, CredentialRepository, HashError, PasswordHasher, Tokens};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Checks a password and answers an access token. An unknown email takes as long as a wrong password.
pub struct SignIn {
    /// Keeps passwords.
    pub credentials: Arc<dyn CredentialRepository>,
    /// Checks them.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Email and password do not go together, or the person may not sign in.
    #[error("email and password do not go together")]
    Refused,
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<HashError> for SignInError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Fault(fault) => Self::Fault(fault),
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
        email: &Email,
        password: &Password,
    ) -> Result<AccessToken, SignInError> {
        let credential = self.credentials.credential(email.key()).await?;
        let (user, hash) = credential.map(|known| (known.user, known.hash)).unzip();
        let right = self.hasher.verify(password, hash).await?;
        match user {
            Some(user) if right => Ok(self.tokens.issue(user, self.clock.now())?),
            Some(_) | None => Err(SignInError::Refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SignIn, SignInError};
    use crate::fixtures::{clock, fault, user_id};
    use core::time::Duration;
    use domain::Pii;
    use domain::accounts::Email;
    use domain::accounts::passwords::Password;
    use ports::Fault;
    use ports::accounts::{
        AccessToken, Credential, HashError, MockCredentialRepository, MockPasswordHasher,
        MockTokens, PasswordHash,
    };
    use std::sync::Arc;

    async fn sign_in(
        known: Result<bool, Fault>,
        verified: Result<bool, HashError>,
    ) -> Result<AccessToken, SignInError> {
        let (mut credentials, mut hasher, mut tokens) = (
            MockCredentialRepository::new(),
            MockPasswordHasher::new(),
            MockTokens::new(),
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
        tokens
            .expect_issue()
            .withf(|user, _| *user == user_id(7))
            .returning(|_, _| {
                Ok(AccessToken {
                    token: Pii::new("t".into()),
                    expires_in: Duration::from_secs(900),
                })
            });
        let sign_in = SignIn {
            credentials: Arc::new(credentials),
            hasher: Arc::new(hasher),
            tokens: Arc::new(tokens),
            clock: clock(),
        };
        sign_in
            .run(
                &Email::parse("Ada@Example.org").unwrap(),
                &Password::presented("correct horse"),
            )
            .await
    }

    #[tokio::test]
    async fn the_right_password_gets_a_token_for_its_person() {
        assert_eq!(
            sign_in(Ok(true), Ok(true)).await.unwrap().token.reveal(),
            "t"
        );
    }

    #[tokio::test]
    async fn a_wrong_password_and_an_unknown_email_look_the_same() {
        assert!(matches!(
            sign_in(Ok(true), Ok(false)).await,
            Err(SignInError::Refused)
        ));
        assert!(matches!(
            sign_in(Ok(false), Ok(false)).await,
            Err(SignInError::Refused)
        ));
        assert!(matches!(
            sign_in(Ok(false), Ok(true)).await,
            Err(SignInError::Refused)
        ));
    }

    #[tokio::test]
    async fn a_full_house_and_a_fault_are_told_apart() {
        assert!(matches!(
            sign_in(Ok(true), Err(HashError::Busy)).await,
            Err(SignInError::Busy)
        ));
        assert!(matches!(
            sign_in(Ok(true), Err(fault().into())).await,
            Err(SignInError::Fault(_))
        ));
        assert!(matches!(
            sign_in(Err(fault()), Ok(true)).await,
            Err(SignInError::Fault(_))
        ));
    }
}
