//! Signs a device in: what a right password and a redeemed invitation have in common.

use crate::Request;
use domain::Pii;
use domain::accounts::{Client, Session};
use domain::audit::{Action, Audit};
use domain::ids::{SessionId, UserId};
use ports::accounts::{
    AccessToken, Bearer, OpenSessionError, PasswordHash, RefreshTokens, SessionRepository, Tokens,
};
use ports::{Clock, Fault, Ids};
use std::sync::Arc;

/// Opens sessions and writes their tokens.
#[derive(Clone)]
pub struct OpenSession {
    /// Keeps sessions.
    pub sessions: Arc<dyn SessionRepository>,
    /// Signs access tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Writes refresh tokens.
    pub refresh_tokens: Arc<dyn RefreshTokens>,
    /// Names sessions.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What a device gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// What it sends with each request.
    pub access: AccessToken,
    /// What it gets the next ones with.
    pub refresh: Pii<String>,
}

impl OpenSession {
    pub(crate) async fn run(
        &self,
        request: &Request,
        user: UserId,
        checked: &PasswordHash,
        client: Option<Client>,
    ) -> Result<SignedIn, OpenSessionError> {
        let at = self.clock.now();
        let session = Session::begin(SessionId::new(self.ids.next()), user, client, at);
        let entry = Audit::of(Action::SessionStarted, user).about(session.id.uuid());
        let commit = request.commit(at, vec![entry], Vec::new());
        self.sessions.open(&session, checked, &commit).await?;
        Ok(self.tokens_of(&session)?)
    }

    /// The tokens of a session as it is now.
    pub(super) fn tokens_of(&self, session: &Session) -> Result<SignedIn, Fault> {
        let bearer = Bearer {
            user: session.user,
            session: session.id,
        };
        Ok(SignedIn {
            access: self.tokens.issue(bearer, self.clock.now())?,
            refresh: self.refresh_tokens.write(session.id, session.generation),
        })
    }
}
