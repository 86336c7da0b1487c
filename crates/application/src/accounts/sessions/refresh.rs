//! Gives a device its next tokens for a refresh token that is good.

use super::{OpenSession, SignedIn};
use crate::Request;
use crate::accounts::FollowAccess;
use ports::Fault;
use ports::accounts::RotateError;
use std::sync::Arc;

/// Replaces refresh tokens.
pub struct Refresh {
    /// Knows sessions and writes tokens.
    pub open: OpenSession,
    /// Hears of a session that was ended since two have its token.
    pub access: Arc<FollowAccess>,
}

/// Why there are no next tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is none of ours, or its session is over, by now or just now.
    #[error("the refresh token is not valid")]
    Refused,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refresh {
    /// The next tokens.
    ///
    /// # Errors
    /// [`RefreshError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self, request: &Request, token: &str) -> Result<SignedIn, RefreshError> {
        let read = self.open.refresh_tokens.read(token);
        let (id, generation) = read.ok_or(RefreshError::Refused)?;
        let commit = request.commit(self.open.clock.now(), Vec::new(), Vec::new());
        match self.open.sessions.rotate(id, generation, &commit).await {
            Ok(session) => Ok(self.open.tokens_of(&session)?),
            Err(RotateError::Over) => Err(RefreshError::Refused),
            Err(RotateError::Reused) => {
                self.access.soon().await;
                Err(RefreshError::Refused)
            }
            Err(RotateError::Fault(fault)) => Err(fault.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Refresh, RefreshError};
    use crate::accounts::sessions::fixtures::{SESSION, opening, session};
    use crate::fixtures::{by_nobody, fault, following};
    use ports::accounts::{MockRefreshTokens, MockSessionRepository, RotateError};
    use std::sync::Arc;

    async fn refresh(rotated: Result<u32, RotateError>) -> (Result<String, RefreshError>, usize) {
        let mut sessions = MockSessionRepository::new();
        sessions
            .expect_rotate()
            .withf(|id, generation, commit| {
                (*id, *generation) == (SESSION, 4) && commit.audit.is_empty()
            })
            .return_once(move |_, _, _| rotated.map(session));
        let (access, turns) = following();
        let refresh = Refresh {
            open: opening(sessions),
            access,
        };
        let answer = refresh.run(&by_nobody(), "refresh 4").await;
        (
            answer.map(|tokens| tokens.refresh.into_revealed()),
            turns.load(std::sync::atomic::Ordering::SeqCst),
        )
    }

    #[tokio::test]
    async fn the_living_token_is_worth_the_next() {
        let (answer, turns) = refresh(Ok(5)).await;
        assert_eq!((answer.unwrap().as_str(), turns), ("refresh 5", 0));
    }

    #[tokio::test]
    async fn a_session_that_ended_is_known_here_at_once() {
        let (answer, turns) = refresh(Err(RotateError::Reused)).await;
        assert!(matches!(answer, Err(RefreshError::Refused)), "{answer:?}");
        assert_eq!(turns, 1);
        let (answer, turns) = refresh(Err(RotateError::Over)).await;
        assert!(matches!(answer, Err(RefreshError::Refused)), "{answer:?}");
        assert_eq!(turns, 0);
        let (answer, _) = refresh(Err(fault().into())).await;
        assert!(matches!(answer, Err(RefreshError::Fault(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn what_we_did_not_write_reaches_no_database() {
        let (access, _) = following();
        let mut open = opening(MockSessionRepository::new());
        let mut theirs = MockRefreshTokens::new();
        theirs.expect_read().returning(|_| None);
        open.refresh_tokens = Arc::new(theirs);
        let answer = Refresh { open, access }.run(&by_nobody(), "made up").await;
        assert!(matches!(answer, Err(RefreshError::Refused)), "{answer:?}");
    }
}
