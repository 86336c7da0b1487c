//! Recognises who sends a request by a token of an outside issuer.

use super::KnownSubjects;
use crate::Caller;
use crate::accounts::AuthenticateError;
use ports::Clock;
use ports::accounts::{ForeignTokenError, ForeignTokens};
use std::sync::Arc;

/// Believes what an outside issuer says of who somebody is, and, if it is asked to, of what they may do.
pub struct RecogniseForeign {
    /// Checks tokens.
    pub tokens: Arc<dyn ForeignTokens>,
    /// Knows whom they name.
    pub subjects: KnownSubjects,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl From<ForeignTokenError> for AuthenticateError {
    fn from(error: ForeignTokenError) -> Self {
        match error {
            ForeignTokenError::Expired => Self::Expired,
            ForeignTokenError::Invalid { why } => {
                tracing::debug!(why, "a token of the issuer is not believed");
                Self::Invalid
            }
            ForeignTokenError::KeysUnavailable(source) => Self::KeysUnavailable(source),
            ForeignTokenError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl RecogniseForeign {
    /// Recognises the bearer of a token.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised.
    pub async fn run(&self, token: &str) -> Result<Caller, AuthenticateError> {
        let said = self.tokens.verify(token, self.clock.now()).await?;
        let (roles, described) = (said.roles.as_deref(), said.described.as_ref());
        self.subjects.caller(&said.subject, roles, described).await
    }
}
