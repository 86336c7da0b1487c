//! Recognises who sends a request by an access token of ours.

use crate::Caller;
use crate::accounts::AuthenticateError;
use domain::accounts::{Status, User};
use domain::ids::UserId;
use ports::accounts::{AccessView, Bearer, SessionRepository, TokenError, Tokens, UserRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Recognises people on devices that they signed in with here.
///
/// The token only says who, and on which device; what they may do, and whether they still may, is read from
/// the person's row (through the cache), so that a change of either counts with the next request. A device that was
/// signed out is known from what this process has heard; while it hears nothing, the database is asked.
pub struct RecogniseDevice {
    /// Checks tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Knows devices.
    pub sessions: Arc<dyn SessionRepository>,
    /// What this process has heard of devices that were signed out.
    pub view: Arc<dyn AccessView>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl From<TokenError> for AuthenticateError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::Expired,
            TokenError::Invalid => Self::Invalid,
        }
    }
}

impl RecogniseDevice {
    /// Recognises the bearer of a token.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised.
    pub async fn run(&self, token: &str) -> Result<Caller, AuthenticateError> {
        let bearer = self.tokens.verify(token, self.clock.now())?;
        if self.has_ended(bearer).await? {
            return Err(AuthenticateError::Invalid);
        }
        let user = self.active(bearer.user).await?;
        let caller = Caller::signed_in(user.id, user.profile.role);
        let site_ids = user.profile.site_ids.clone();
        Ok(caller.at(site_ids).on(bearer.session))
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
    use super::{AuthenticateError, RecogniseDevice};
    use crate::Caller;
    use crate::accounts::sessions::fixtures::{SESSION, session};
    use crate::fixtures::{clock, fault, now, user, user_id};
    use domain::accounts::{Role, Session, Status, User};
    use ports::Fault;
    use ports::accounts::{
        Bearer, MockAccessView, MockSessionRepository, MockTokens, MockUserRepository, TokenError,
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
        let recognise = RecogniseDevice {
            tokens: Arc::new(tokens),
            users: Arc::new(users),
            sessions: Arc::new(sessions),
            view: Arc::new(view),
            clock: clock(),
        };
        recognise.run("t").await
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
