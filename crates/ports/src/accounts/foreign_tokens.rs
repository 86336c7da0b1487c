//! Recognising people whom an outside issuer signed in, by the token it gave them.

use crate::{BoxError, Fault};
use async_trait::async_trait;
use domain::accounts::{Email, ExternalSubject, FamilyName, GivenName};
use jiff::Timestamp;

/// Whom a token of an outside issuer stands for, and what the issuer says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The issuer's name for the person (`sub`), exactly as the issuer wrote it.
    pub subject: ExternalSubject,
    /// The values of the claim that names roles. `None` when no claim is asked for; empty when it is
    /// asked for and the token lacks it, which is not the same: then the issuer gives no role.
    pub roles: Option<Vec<String>>,
    /// Who the person is, if the issuer says all of it.
    pub described: Option<Described>,
    /// When the token ends (`exp`). It may be believed for the leeway of clocks longer.
    pub expires_at: Timestamp,
    /// The issuer's name for the token (`jti`), if it has one.
    pub token_id: Option<String>,
}

/// What an issuer says of a person, enough to enter them: the standard claims of OpenID Connect Core 1.0, section 5.1. An email that
/// the issuer has not verified (`email_verified` is there and not `true`) is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// `email`
    pub email: Email,
    /// `given_name`
    pub given_name: GivenName,
    /// `family_name`
    pub family_name: FamilyName,
}

/// Why a token of an outside issuer is not believed.
#[derive(Debug, thiserror::Error)]
pub enum ForeignTokenError {
    /// Everything about it is right except that its time has run out.
    #[error("the token has expired")]
    Expired,
    /// It was never good, or is not good yet.
    #[error("the token is not valid")]
    Invalid {
        /// For debug logs and tests, never for the client. A fixed text, so that nothing of the token
        /// can be in it.
        why: &'static str,
    },
    /// Nobody can tell now: the issuer's keys are not there, or may have changed and cannot be asked
    /// for. The token may be good, so its owner keeps it and tries again later.
    #[error("the issuer's keys are unavailable")]
    KeysUnavailable(#[source] BoxError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Believes tokens of one outside issuer, as long as the issuer's published keys say so.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ForeignTokens: Send + Sync {
    /// Whom a token stands for.
    ///
    /// May wait for the issuer, a few seconds at most: for a token that names a key which is not known
    /// yet, and for whatever comes first after minutes without any token. Otherwise nobody waits.
    ///
    /// # Errors
    /// [`ForeignTokenError`] when it stands for nobody, or when nobody can tell.
    async fn verify(&self, token: &str, at: Timestamp) -> Result<Subject, ForeignTokenError>;
}
