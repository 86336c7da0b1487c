//! Recognises who sends a request by the token it carries.

use crate::Caller;
use domain::accounts::Status;
use ports::accounts::{TokenError, Tokens, UserRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Turns a bearer token into a caller.
///
/// The token only says who; what they may do, and whether they still may, is read from the person's
/// row (through the cache), so that a change of either counts with the next request.
pub struct Authenticate {
    /// Checks tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a caller is not recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The token was good until its time ran out.
    #[error("the token has expired")]
    Expired,
    /// The token is not one of ours, or its person may not sign in.
    #[error("the token is not valid")]
    Invalid,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<TokenError> for AuthenticateError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::Expired,
            TokenError::Invalid => Self::Invalid,
        }
    }
}

impl Authenticate {
    /// Recognises the bearer of a token.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised.
    pub async fn run(&self, token: &str) -> Result<Caller, AuthenticateError> {
        let id = self.tokens.verify(token, self.clock.now())?;
        match self.users.find(id).await? {
            Some(user) if user.status == Status::Active => {
                Ok(Caller::signed_in(id, user.profile.role))
            }
            Some(_) | None => Err(AuthenticateError::Invalid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Authenticate, AuthenticateError};
    use crate::Caller;
    use crate::fixtures::{clock, fault, now, user, user_id};
    use domain::accounts::{Role, Status, User};
    use ports::Fault;
    use ports::accounts::{MockTokens, MockUserRepository, TokenError};
    use std::sync::Arc;

    fn with(verified: Result<(), TokenError>, found: Result<Option<User>, Fault>) -> Authenticate {
        let (mut tokens, mut users) = (MockTokens::new(), MockUserRepository::new());
        tokens
            .expect_verify()
            .withf(|token, at| token == "t" && *at == now())
            .return_once(move |_, _| verified.map(|()| user_id(7)));
        users
            .expect_find()
            .return_once(move |_| Ok(found?.map(Arc::new)));
        Authenticate {
            tokens: Arc::new(tokens),
            users: Arc::new(users),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn what_a_person_may_do_comes_from_their_row_and_not_from_the_token() {
        let caller = with(Ok(()), Ok(Some(user(7, Role::Manager))))
            .run("t")
            .await
            .unwrap();
        assert_eq!(caller, Caller::signed_in(user_id(7), Role::Manager));
    }

    #[tokio::test]
    async fn suspended_deleted_and_unknown_people_are_not_recognised() {
        for status in [Status::Suspended, Status::Deleted] {
            let outcome = with(
                Ok(()),
                Ok(Some(User {
                    status,
                    ..user(7, Role::Admin)
                })),
            )
            .run("t")
            .await;
            assert!(
                matches!(outcome, Err(AuthenticateError::Invalid)),
                "{outcome:?}"
            );
        }
        assert!(matches!(
            with(Ok(()), Ok(None)).run("t").await,
            Err(AuthenticateError::Invalid)
        ));
    }

    #[tokio::test]
    async fn a_bad_token_says_why_and_a_fault_stays_a_fault() {
        assert!(matches!(
            with(Err(TokenError::Expired), Ok(None)).run("t").await,
            Err(AuthenticateError::Expired)
        ));
        assert!(matches!(
            with(Err(TokenError::Invalid), Ok(None)).run("t").await,
            Err(AuthenticateError::Invalid)
        ));
        assert!(matches!(
            with(Ok(()), Err(fault())).run("t").await,
            Err(AuthenticateError::Fault(_))
        ));
    }
}
