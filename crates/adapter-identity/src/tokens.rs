//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037), good for 15 minutes, under keys that take
//! turns.

mod ring;

use crate::remembered::{Remembered, TokenDigest, Verified};
use core::fmt;
use core::time::Duration;
use domain::Pii;
use domain::ids::{SessionId, SigningKeyId, UserId};
use domain::signing_keys::TOKEN_LIFETIME;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Validation};
use ports::Fault;
use ports::accounts::{AccessToken, Bearer, TokenError, Tokens};
use ports::signing_keys::{Keyring, SigningKey};
use ring::{Ring, broken};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// How long a token is good for.
pub const LIFETIME: Duration = TOKEN_LIFETIME.unsigned_abs();
/// For whom tokens are meant (`aud`).
pub const AUDIENCE: &str = "muster";
/// No token of ours is longer, in bytes; longer ones are not even looked at.
const LONGEST: usize = 4096;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    /// The session (OpenID Connect Front-Channel Logout 1.0, section 3).
    sid: String,
    iat: i64,
    exp: i64,
}

/// What a good token says, and which key has signed it: it is good only as long as the key is.
#[derive(Debug, Clone, Copy)]
struct Known {
    bearer: Bearer,
    key: SigningKeyId,
}

/// Signs and checks tokens with the keys it was given last; remembers those it found good.
pub struct EdDsaTokens {
    issuer: String,
    validation: Validation,
    /// Held only to copy or to change the pointer, never while something is signed or checked.
    ring: RwLock<Arc<Ring>>,
    remembered: Remembered<Known>,
}

impl EdDsaTokens {
    /// Takes the keys, and the name it signs under (`iss`): the installation's address.
    ///
    /// # Errors
    /// [`Fault::Broken`] for no key at all, or one that is no Ed25519 seed.
    pub fn new(keys: &[SigningKey], issuer: impl Into<String>) -> Result<Self, Fault> {
        let issuer = issuer.into();
        Ok(Self {
            validation: validation(&issuer),
            issuer,
            ring: RwLock::new(Arc::new(Ring::of(keys)?)),
            remembered: Remembered::default(),
        })
    }

    fn ring(&self) -> Arc<Ring> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&ring)
    }

    /// Checks key, signature, issuer and audience; not the time.
    fn check(
        &self,
        ring: &Ring,
        token: &str,
        at: Timestamp,
    ) -> Result<Verified<Known>, TokenError> {
        let header = jsonwebtoken::decode_header(token).ok();
        let kid = header.and_then(|header| header.kid);
        let key = kid.and_then(|kid| ring.checking(&kid, at));
        let key = key.ok_or(TokenError::Invalid)?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key.checking, &self.validation).ok();
        let claims = decoded.ok_or(TokenError::Invalid)?.claims;
        let named = |claim: &str| Uuid::try_parse(claim).map_err(|_no_id| TokenError::Invalid);
        let bearer = Bearer {
            user: UserId::new(named(&claims.sub)?),
            session: SessionId::new(named(&claims.sid)?),
        };
        let says = Known {
            bearer,
            key: key.id,
        };
        Ok(Verified {
            says,
            expires_at: claims.exp,
        })
    }
}

/// One algorithm whatever the token says, every claim there; the time is ours to check, since it
/// comes from the caller and not from this machine.
fn validation(issuer: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    validation.leeway = 0;
    validation
}

fn good_at(now: i64, verified: Verified<Known>) -> Result<Bearer, TokenError> {
    if now < verified.expires_at {
        Ok(verified.says.bearer)
    } else {
        Err(TokenError::Expired)
    }
}

impl Tokens for EdDsaTokens {
    fn issue(&self, bearer: Bearer, at: Timestamp) -> Result<AccessToken, Fault> {
        let iat = at.as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: bearer.user.to_string(),
            sid: bearer.session.to_string(),
            iat,
            exp: iat.saturating_add_unsigned(LIFETIME.as_secs()),
        };
        let ring = self.ring();
        let key = ring.signing(at).ok_or_else(|| Fault::Broken {
            backend: "tokens",
            what: "no key signs".to_owned(),
            source: None,
        })?;
        let token = jsonwebtoken::encode(&key.header, &claims, &key.signing).map_err(broken)?;
        Ok(AccessToken {
            token: Pii::new(token),
            expires_in: LIFETIME,
        })
    }

    fn verify(&self, token: &str, at: Timestamp) -> Result<Bearer, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::Invalid);
        }
        let now = at.as_second();
        let digest: TokenDigest = Sha256::digest(token.as_bytes()).into();
        let ring = self.ring();
        if let Some(verified) = self.remembered.recall(&digest)
            && ring.believes(verified.says.key, at)
        {
            return good_at(now, verified);
        }
        let verified = self.check(&ring, token, at)?;
        let user = good_at(now, verified)?;
        self.remembered.remember(digest, verified, now);
        Ok(user)
    }

    fn jwks(&self) -> String {
        self.ring().jwks.clone()
    }
}

impl Keyring for EdDsaTokens {
    /// What is remembered of a key that went is not looked for: it is passed over from now on, and makes room when it
    /// expires.
    fn take(&self, keys: &[SigningKey]) -> Result<(), Fault> {
        let made = Arc::new(Ring::of(keys)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = made;
        Ok(())
    }
}

impl fmt::Debug for EdDsaTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EdDsaTokens")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "tokens/tokens_tests.rs"]
mod tests;
