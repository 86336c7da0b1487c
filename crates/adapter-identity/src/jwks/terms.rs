//! On which terms an outside issuer is believed: who it is, for whom it signs, how, and where its keys are.

use super::SignatureAlgorithm;
use core::time::Duration;
use reqwest::Url;
use std::net::IpAddr;

/// Who is believed, and how far. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksTerms {
    /// The issuer, character by character as it stands in its tokens (`iss`).
    pub issuer: String,
    /// Our name at the issuer, of which its tokens say that they are meant for it (`aud`).
    pub audience: String,
    /// Where its key set is: `https://…`, or `http://` on this machine.
    pub jwks_url: String,
    /// How it may sign: what a token says of itself is not asked.
    pub algorithms: Vec<SignatureAlgorithm>,
    /// The claim that names roles, if any: a name, or, if it begins with `/`, a JSON Pointer (RFC 6901)
    /// such as `/realm_access/roles`. Its value is a text or a list of texts.
    pub roles_claim: Option<String>,
    /// How far the issuer's clock may be from ours: whole seconds, at most [`JwksTerms::MOST_LEEWAY`].
    pub leeway: Duration,
    /// Whether keys may come unencrypted from another machine: whoever is between can then sign in as anybody.
    pub plain_http: bool,
}

/// Why terms are none.
#[derive(Debug, thiserror::Error)]
pub enum JwksTermsError {
    /// Every token would be refused, or any would do.
    #[error("the issuer, the audience and the claim of roles must not be empty")]
    Empty,
    /// Nothing could be checked.
    #[error("at least one algorithm must be allowed")]
    NoAlgorithm,
    /// Dead tokens would live on.
    #[error("the leeway is at most 60 s, in whole seconds")]
    Leeway,
    /// It is no address.
    #[error("the address of the keys is not https://host/path, without a name or password in it")]
    Address,
    /// Whoever is between could sign in as anybody.
    #[error("the address of the keys is plain http to a distant host")]
    Plain,
    /// The machine cannot speak TLS.
    #[error("no connection to the issuer can be prepared")]
    Client(#[source] reqwest::Error),
}

impl JwksTerms {
    /// RFC 7519, section 4.1.4: some small leeway, usually no more than a few minutes. A minute is
    /// what the gateway's clock has too.
    pub const MOST_LEEWAY: Duration = Duration::from_secs(60);

    /// Where the keys are, if the terms are ones that can be kept.
    ///
    /// # Errors
    /// [`JwksTermsError`] says which are not.
    pub fn check(&self) -> Result<Url, JwksTermsError> {
        let claim = self.roles_claim.as_deref();
        if self.issuer.is_empty() || self.audience.is_empty() || claim == Some("") {
            return Err(JwksTermsError::Empty);
        }
        if self.algorithms.is_empty() {
            return Err(JwksTermsError::NoAlgorithm);
        }
        if self.leeway > Self::MOST_LEEWAY || self.leeway.subsec_nanos() != 0 {
            return Err(JwksTermsError::Leeway);
        }
        self.check_address()
    }

    fn check_address(&self) -> Result<Url, JwksTermsError> {
        let url = Url::parse(&self.jwks_url).map_err(|_unlike| JwksTermsError::Address)?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        match url.scheme() {
            "http" | "https" if has_credentials => Err(JwksTermsError::Address),
            "https" => Ok(url),
            "http" if self.plain_http || is_this_machine(&url) => Ok(url),
            "http" => Err(JwksTermsError::Plain),
            _ => Err(JwksTermsError::Address),
        }
    }
}

/// An address of this machine by number. A name, even `localhost`, is what a resolver makes of it.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse()
        .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
