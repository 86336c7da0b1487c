//! Recognises who sends a request by the token it carries.

use super::RecogniseKey;
use crate::Caller;
use domain::accounts::{Status, User};
use domain::ids::UserId;
use ports::accounts::{AccessView, Bearer, SessionRepository, TokenError, Tokens, UserRepository};
use ports::{BoxError, Clock, Fault};
use std::sync::Arc;

/// Turns a bearer token, or a machine key, into a caller.
///
/// The token only says who, and on which device; what they may do, and whether they still may, is read from
/// the person's row (through the cache), so that a change of either counts with the next request. A device that was
/// signed out is known from what this process has heard; while it hears nothing, the database is asked.
pub struct Authenticate {
    /// Checks tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Recognises machines by their keys.
    pub keys: Arc<RecogniseKey>,
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Knows devices.
    pub sessions: Arc<dyn SessionRepository>,
    /// What this process has heard of devices that were signed out.
    pub view: Arc<dyn AccessView>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a caller is not recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The token was good until its time ran out.
    #[error("the token has expired")]
    Expired,
    /// The token is good, and stands for nobody in the directory.
    #[error("nobody in the directory is meant")]
    Unknown,
    /// Nobody can tell whether the token is good: the issuer's keys are not there.
    #[error("the issuer's keys are unavailable")]
    KeysUnavailable(#[source] BoxError),
    /// The token is not one of ours, or its person or device may not be here any more.
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
    /// Recognises the bearer of a token, or of a machine key.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised.
    pub async fn run(&self, token: &str) -> Result<Caller, AuthenticateError> {
        if self.keys.is_meant(token) {
            return self.keys.run(token).await;
        }
        let bearer = self.tokens.verify(token, self.clock.now())?;
        if self.has_ended(bearer).await? {
            return Err(AuthenticateError::Invalid);
        }
        let user = self.active(bearer.user).await?;
        Ok(Caller::signed_in(user.id, user.profile.role).on(bearer.session))
    }

    async fn has_ended(&self, bearer: Bearer) -> Result<bool, Fault> {
        if self.view.has_ended(bearer.session) {
            return Ok(true);
        }
        if self.view.is_current() {
            return Ok(false);
        }
        Ok(self.sessions.find(bearer.session).await?.is_none())
    }

    async fn active(&self, id: UserId) -> Result<Arc<User>, AuthenticateError> {
        let found = self.users.find(id).await?;
        found
            .filter(|user| user.status == Status::Active)
            .ok_or(AuthenticateError::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::{Authenticate, AuthenticateError};
    use crate::Caller;
    use crate::accounts::RecogniseKey;
    use crate::accounts::api_keys::fixtures::{key_id, scopes, secret, texts};
    use crate::accounts::sessions::fixtures::{SESSION, session};
    use crate::fixtures::{clock, fault, now, user, user_id};
    use domain::accounts::{Role, Session, Status, User};
    use ports::Fault;
    use ports::accounts::{
        Bearer, KeyRights, MockAccessView, MockApiKeyRepository, MockSessionRepository, MockTokens,
        MockUserRepository, TokenError,
    };
    use std::sync::Arc;

    /// What the process has heard, and what the database says of the device when it is asked.
    struct Heard {
        current: bool,
        ended: bool,
        asked: Option<Result<Option<Session>, Fault>>,
    }

    const QUIET: Heard = Heard {
        current: true,
        ended: false,
        asked: None,
    };

    async fn recognised(
        heard: Heard,
        verified: Result<(), TokenError>,
        found: Result<Option<User>, Fault>,
    ) -> Result<Caller, AuthenticateError> {
        let (mut tokens, mut users) = (MockTokens::new(), MockUserRepository::new());
        let (mut view, mut sessions) = (MockAccessView::new(), MockSessionRepository::new());
        let bearer = Bearer {
            user: user_id(7),
            session: SESSION,
        };
        tokens
            .expect_verify()
            .withf(|token, at| token == "t" && *at == now())
            .return_once(move |_, _| verified.map(|()| bearer));
        users
            .expect_find()
            .return_once(move |_| Ok(found?.map(Arc::new)));
        view.expect_is_current().return_const(heard.current);
        view.expect_has_ended()
            .withf(|id| *id == SESSION)
            .return_const(heard.ended);
        if let Some(asked) = heard.asked {
            sessions.expect_find().times(1).return_once(move |_| asked);
        }
        let authenticate = Authenticate {
            keys: keys(),
            tokens: Arc::new(tokens),
            users: Arc::new(users),
            sessions: Arc::new(sessions),
            view: Arc::new(view),
            clock: clock(),
        };
        authenticate.run("t").await
    }

    /// The fourth key is there, with the secret 7.
    fn keys() -> Arc<RecogniseKey> {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_rights().returning(|id| {
            Ok((id == key_id(4)).then(|| KeyRights {
                secret: secret(7),
                scopes: scopes(),
            }))
        });
        Arc::new(RecogniseKey {
            keys: Arc::new(keys),
            texts: texts(),
            uses: Arc::default(),
            clock: clock(),
        })
    }

    #[tokio::test]
    async fn a_machine_is_recognised_by_its_key_and_nobody_asks_for_a_token() {
        let authenticate = Authenticate {
            keys: keys(),
            tokens: Arc::new(MockTokens::new()),
            users: Arc::new(MockUserRepository::new()),
            sessions: Arc::new(MockSessionRepository::new()),
            view: Arc::new(MockAccessView::new()),
            clock: clock(),
        };
        let caller = authenticate.run("mk_4 7").await.unwrap();
        assert_eq!(caller, Caller::key(key_id(4), scopes()));
        for key in ["mk_4 8", "mk_5 7", "mk_"] {
            let outcome = authenticate.run(key).await;
            assert!(is_invalid(&outcome), "{key}: {outcome:?}");
        }
    }

    fn manager() -> Result<Option<User>, Fault> {
        Ok(Some(user(7, Role::Manager)))
    }

    fn is_invalid(outcome: &Result<Caller, AuthenticateError>) -> bool {
        matches!(outcome, Err(AuthenticateError::Invalid))
    }

    #[tokio::test]
    async fn what_a_person_may_do_comes_from_their_row_and_not_from_the_token() {
        let caller = recognised(QUIET, Ok(()), manager()).await.unwrap();
        assert_eq!(
            caller,
            Caller::signed_in(user_id(7), Role::Manager).on(SESSION)
        );
    }

    #[tokio::test]
    async fn a_device_that_was_signed_out_is_not_recognised() {
        for current in [true, false] {
            let heard = Heard {
                current,
                ended: true,
                asked: None,
            };
            let outcome = recognised(heard, Ok(()), manager()).await;
            assert!(is_invalid(&outcome), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn who_hears_nothing_asks_the_database() {
        let asking = |asked| Heard {
            current: false,
            ended: false,
            asked: Some(asked),
        };
        let there = recognised(asking(Ok(Some(session(1)))), Ok(()), manager()).await;
        assert!(there.is_ok(), "{there:?}");
        let gone = recognised(asking(Ok(None)), Ok(()), manager()).await;
        assert!(is_invalid(&gone), "{gone:?}");
        let down = recognised(asking(Err(fault())), Ok(()), manager()).await;
        assert!(matches!(down, Err(AuthenticateError::Fault(_))), "{down:?}");
    }

    #[tokio::test]
    async fn suspended_deleted_and_unknown_people_are_not_recognised() {
        for status in [Status::Suspended, Status::Deleted] {
            let user = User {
                status,
                ..user(7, Role::Admin)
            };
            let outcome = recognised(QUIET, Ok(()), Ok(Some(user))).await;
            assert!(is_invalid(&outcome), "{outcome:?}");
        }
        assert!(is_invalid(&recognised(QUIET, Ok(()), Ok(None)).await));
    }

    #[tokio::test]
    async fn a_bad_token_says_why_and_a_fault_stays_a_fault() {
        let expired = recognised(QUIET, Err(TokenError::Expired), Ok(None)).await;
        assert!(
            matches!(expired, Err(AuthenticateError::Expired)),
            "{expired:?}"
        );
        let invalid = recognised(QUIET, Err(TokenError::Invalid), Ok(None)).await;
        assert!(is_invalid(&invalid), "{invalid:?}");
        let down = recognised(QUIET, Ok(()), Err(fault())).await;
        assert!(matches!(down, Err(AuthenticateError::Fault(_))), "{down:?}");
    }
}
