//! Recognising people: hashing passwords, signing and checking tokens, one-time codes.

use super::PasswordHash;
use crate::Fault;
use async_trait::async_trait;
use core::time::Duration;
use domain::accounts::passwords::Password;
use domain::ids::{SessionId, UserId};
use domain::{Digest, Pii};
use jiff::Timestamp;

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// As many passwords are being hashed as there is memory for, and enough are waiting.
    #[error("too many passwords are being hashed")]
    Busy,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Hashes and checks passwords off the async threads, a bounded number at a time.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// [`HashError::Busy`] when there is no room to hash one more.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError>;

    /// Whether the password is the one that was hashed. Without a hash the answer is no and takes
    /// just as long, so that nobody learns which addresses are known.
    ///
    /// # Errors
    /// [`HashError::Busy`] when there is no room to check one more.
    async fn verify(
        &self,
        password: &Password,
        hash: Option<PasswordHash>,
    ) -> Result<bool, HashError>;
}

/// Whom an access token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bearer {
    /// The person.
    pub user: UserId,
    /// The device they signed in with.
    pub session: SessionId,
}

/// A signed token that stands for a signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// What the client sends.
    pub token: Pii<String>,
    /// How long it is good for.
    pub expires_in: Duration,
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good until its time ran out.
    #[error("the token has expired")]
    Expired,
    /// It was never good.
    #[error("the token is not valid")]
    Invalid,
}

/// Signs and checks access tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Tokens: Send + Sync {
    /// Signs a token for a person on one of their devices.
    ///
    /// # Errors
    /// [`Fault`] when signing fails.
    fn issue(&self, bearer: Bearer, at: Timestamp) -> Result<AccessToken, Fault>;

    /// Whom a token stands for.
    ///
    /// # Errors
    /// [`TokenError`] when it stands for nobody.
    fn verify(&self, token: &str, at: Timestamp) -> Result<Bearer, TokenError>;

    /// The public keys as a JSON Web Key Set (RFC 7517).
    fn jwks(&self) -> String;
}

/// Writes and reads refresh tokens: nothing of them is stored, so the successor of one that was just replaced is the
/// same however often it is asked for.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait RefreshTokens: Send + Sync {
    /// The refresh token of this number of a session. The same every time, and nobody else can write it.
    fn write(&self, session: SessionId, generation: u32) -> Pii<String>;

    /// Session and number, if we wrote the token.
    fn read(&self, token: &str) -> Option<(SessionId, u32)>;
}

/// A secret code that is shown once, and what is stored of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    /// What the person gets: at least 128 random bits in URL-safe text.
    pub code: Pii<String>,
    /// SHA-256 of it: what is stored.
    pub digest: Digest,
}

/// Makes and recognises one-time codes.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait OneTimeCodes: Send + Sync {
    /// A new code.
    fn mint(&self) -> OneTimeCode;

    /// What is stored of a code that somebody presents.
    fn digest(&self, code: &str) -> Digest;
}
