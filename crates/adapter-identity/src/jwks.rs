//! Tokens of an outside issuer: JSON Web Tokens (RFC 7519) under the keys it publishes (RFC 7517).
//!
//! Nothing a token says of itself is believed before a key that the issuer published, for an algorithm
//! that the settings allow, has signed it (RFC 8725, sections 3.1 and 3.2). ADR 0018 has the reasons.

mod algorithm;
mod claims;
mod fetch;
mod header;
mod keeper;
mod key;
mod key_set;
mod roles;
mod state;
mod strict_json;
mod terms;

pub use algorithm::{SignatureAlgorithm, UnknownAlgorithm};
pub use terms::{JwksTerms, JwksTermsError};

use crate::remembered::{Remembered, TokenDigest, Verified};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use claims::Claims;
use core::time::Duration;
use fetch::Fetcher;
use header::Header;
use jiff::Timestamp;
use keeper::{Keeper, unavailable};
use key::Key;
use ports::Fault;
use ports::accounts::{ForeignTokenError, ForeignTokens, Subject};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// No token is longer, in bytes: what fits into the header of a request.
const LONGEST: usize = 8192;

/// Checks tokens of one issuer; keeps its keys, and remembers the tokens it found good.
#[derive(Debug)]
pub struct JwksTokens {
    terms: JwksTerms,
    keeper: Keeper,
    remembered: Remembered<Arc<Known>>,
}

/// A token that was good, as long as its key is.
#[derive(Debug)]
struct Known {
    kid: String,
    key: Arc<Key>,
    claims: Claims,
}

impl JwksTokens {
    /// How often [`JwksTokens::refresh`] should be called, so that also a process that nobody asks
    /// forgets the keys that were removed. Without that, whoever comes first after 10 min waits.
    pub const REFRESH_EVERY: Duration = state::REFRESH_EVERY.unsigned_abs();

    /// Takes the terms. The issuer is not asked yet.
    ///
    /// # Errors
    /// [`JwksTermsError`] for terms that cannot be kept.
    pub fn new(terms: JwksTerms) -> Result<Self, JwksTermsError> {
        Ok(Self {
            keeper: Keeper::new(Fetcher::new(&terms)?),
            remembered: Remembered::default(),
            terms,
        })
    }

    /// Asks the issuer for its keys, unless it was asked less than 10 s ago: at the start, and now and
    /// then. Answers how many keys there are.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when it did not answer. Keys that are there stay good for a day.
    pub async fn refresh(&self, at: Timestamp) -> Result<usize, Fault> {
        let keys = self.keeper.renewed(at).await;
        match (self.keeper.failure(), keys) {
            (Some(failure), _) => Err(Fault::unavailable("issuer", failure)),
            (None, Ok(keys)) => Ok(keys.len()),
            (None, Err(error)) => Err(Fault::unavailable("issuer", error)),
        }
    }

    async fn check(&self, token: &str, at: Timestamp) -> Result<Known, ForeignTokenError> {
        let parts = parts(token).ok_or(invalid("it has not three parts"))?;
        let header = Header::parse(parts.header)?;
        // Looked at before a key is looked for: what cannot be good is no reason to ask the issuer.
        if !self.terms.algorithms.contains(&header.algorithm) {
            return Err(invalid("its algorithm is not allowed"));
        }
        decoded(parts.signature).ok_or(invalid("its signature is not base64url"))?;
        let key = self.key(&header.kid, at).await?;
        if !key.may_check(header.algorithm) {
            return Err(invalid("its algorithm is not that of its key"));
        }
        if !key.signed(header.algorithm, parts.message, parts.signature) {
            return Err(invalid("its signature is wrong"));
        }
        Ok(Known {
            claims: Claims::parse(parts.claims, &self.terms)?,
            kid: header.kid,
            key,
        })
    }

    /// The key of this name. The issuer is asked for one that is not known; whether it has none or
    /// does not answer are two things.
    async fn key(&self, kid: &str, at: Timestamp) -> Result<Arc<Key>, ForeignTokenError> {
        let known = self.keeper.keys(at).await;
        if let Some(key) = known.ok().and_then(|keys| keys.find(kid)) {
            return Ok(key);
        }
        let renewed = self.keeper.renewed(at).await?;
        renewed
            .find(kid)
            .ok_or_else(|| match self.keeper.failure() {
                None => invalid("its key is not known"),
                failure => unavailable(failure),
            })
    }

    /// A token that was good before, if its key still is.
    async fn recall(&self, digest: &TokenDigest, at: Timestamp) -> Option<Arc<Known>> {
        let known = self.remembered.recall(digest)?.says;
        let keys = self.keeper.keys(at).await.ok()?;
        keys.has(&known.kid, &known.key).then_some(known)
    }
}

#[async_trait]
impl ForeignTokens for JwksTokens {
    async fn verify(&self, token: &str, at: Timestamp) -> Result<Subject, ForeignTokenError> {
        if token.len() > LONGEST {
            return Err(invalid("it is too long"));
        }
        let digest: TokenDigest = Sha256::digest(token.as_bytes()).into();
        let now = at.as_second();
        if let Some(known) = self.recall(&digest, at).await {
            known.claims.must_be_good_at(now)?;
            return Ok(known.claims.subject.clone());
        }
        let known = Arc::new(self.check(token, at).await?);
        known.claims.must_be_good_at(now)?;
        let verified = Verified {
            expires_at: known.claims.expires_at(),
            says: Arc::clone(&known),
        };
        self.remembered.remember(digest, verified, now);
        Ok(known.claims.subject.clone())
    }
}

/// The three parts of a token (RFC 7515, section 7.1), and what is signed of it.
struct Parts<'a> {
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
    message: &'a str,
}

fn parts(token: &str) -> Option<Parts<'_>> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let is_whole = !claims.contains('.')
        && [header, claims, signature]
            .iter()
            .all(|part| !part.is_empty());
    is_whole.then_some(Parts {
        header,
        claims,
        signature,
        message,
    })
}

/// Base64url without padding and with nothing in the bits that are left over (RFC 4648, section 3.5):
/// otherwise one token could be written in several ways.
fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

const fn invalid(why: &'static str) -> ForeignTokenError {
    ForeignTokenError::Invalid { why }
}
