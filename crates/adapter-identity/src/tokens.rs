//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037), good for 15 minutes.

use crate::keys;
use crate::remembered::{Remembered, TokenDigest, Verified};
use core::fmt;
use core::time::Duration;
use domain::Pii;
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ports::Fault;
use ports::accounts::{AccessToken, Bearer, TokenError, Tokens};
use ports::keys::{InstallationKey, KeyPurpose};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// How long a token is good for.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// For whom tokens are meant (`aud`).
pub const AUDIENCE: &str = "muster";
/// No token of ours is longer, in bytes; longer ones are not even looked at.
const LONGEST: usize = 4096;
/// What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

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

/// Signs and checks tokens with the installation's key; remembers those it found good.
pub struct EdDsaTokens {
    issuer: String,
    header: Header,
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
    jwks: String,
    remembered: Remembered<Bearer>,
}

impl EdDsaTokens {
    /// Takes the installation's key and the name it signs under (`iss`): the installation's address.
    ///
    /// # Errors
    /// [`Fault::Broken`] for a key that was made for something else or is no Ed25519 seed.
    pub fn new(key: &InstallationKey, issuer: impl Into<String>) -> Result<Self, Fault> {
        let issuer = issuer.into();
        let seed = keys::secret_for(KeyPurpose::Tokens, key)?;
        let signing = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), seed].concat());
        let mut public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(broken)?;
        public.common.key_id = Some(key.id.to_string());
        public.common.key_algorithm = Some(KeyAlgorithm::EdDSA);
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        let checking = DecodingKey::from_jwk(&public).map_err(broken)?;
        let jwks = JwkSet { keys: vec![public] };
        let jwks = serde_json::to_string(&jwks)
            .map_err(|error| Fault::broken("tokens", "the key set", error))?;
        let header = Header {
            kid: Some(key.id.to_string()),
            ..Header::new(Algorithm::EdDSA)
        };
        let validation = validation(&issuer);
        let remembered = Remembered::default();
        Ok(Self {
            issuer,
            header,
            signing,
            checking,
            validation,
            jwks,
            remembered,
        })
    }

    /// Checks signature, issuer, audience and key id; not the time.
    fn check(&self, token: &str) -> Result<Verified<Bearer>, TokenError> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.checking, &self.validation).ok();
        let decoded = decoded.filter(|decoded| decoded.header.kid == self.header.kid);
        let claims = decoded.ok_or(TokenError::Invalid)?.claims;
        let named = |claim: &str| Uuid::try_parse(claim).map_err(|_no_id| TokenError::Invalid);
        let bearer = Bearer {
            user: UserId::new(named(&claims.sub)?),
            session: SessionId::new(named(&claims.sid)?),
        };
        Ok(Verified {
            says: bearer,
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

fn broken(error: jsonwebtoken::errors::Error) -> Fault {
    Fault::broken("tokens", "the signing key", error)
}

fn good_at(now: i64, verified: Verified<Bearer>) -> Result<Bearer, TokenError> {
    if now < verified.expires_at {
        Ok(verified.says)
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
        let token = jsonwebtoken::encode(&self.header, &claims, &self.signing).map_err(broken)?;
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
        if let Some(verified) = self.remembered.recall(&digest) {
            return good_at(now, verified);
        }
        let verified = self.check(token)?;
        let user = good_at(now, verified)?;
        self.remembered.remember(digest, verified, now);
        Ok(user)
    }

    fn jwks(&self) -> String {
        self.jwks.clone()
    }
}

impl fmt::Debug for EdDsaTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EdDsaTokens")
            .field("issuer", &self.issuer)
            .field("kid", &self.header.kid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
