//! Asks an outside issuer for its key set: once, soon, and no more than can be a key set.

use super::key_set::{KeySet, KeySetError};
use super::{JwksTerms, JwksTermsError, SignatureAlgorithm};
use core::time::Duration;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

const CONNECT: Duration = Duration::from_secs(2);
/// From the first byte that is sent to the last that arrives. Whoever came with a new key waits for it.
const WHOLE: Duration = Duration::from_secs(5);
/// Some 500 keys with certificates; the largest sets that issuers publish are a tenth of it.
const LONGEST: usize = 1 << 20;

/// Why there is no key set.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It did not answer in time, or not at all.
    #[error("the issuer did not answer")]
    NoAnswer(#[source] reqwest::Error),
    /// It answered something else. Redirects are not followed: where the keys are is a setting.
    #[error("the issuer answered {}", .0.as_u16())]
    Refused(StatusCode),
    /// It sent more than a key set can be.
    #[error("the issuer's answer is longer than 1 MiB")]
    TooLong,
    /// It sent something else.
    #[error("the issuer's answer is no key set")]
    NoKeySet(#[source] KeySetError),
    /// It has no key that is any use to us.
    #[error("the issuer has no key for signatures that are allowed")]
    NoKeys,
    /// The program stopped asking.
    #[error("the question to the issuer was broken off")]
    BrokenOff,
}

/// Knows where the keys are.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    url: Url,
    allowed: Vec<SignatureAlgorithm>,
}

impl Fetcher {
    pub fn new(terms: &JwksTerms) -> Result<Self, JwksTermsError> {
        let url = terms.check()?;
        Ok(Self {
            client: client(&url).map_err(JwksTermsError::Client)?,
            url,
            allowed: terms.algorithms.clone(),
        })
    }

    /// Asks once.
    pub async fn fetch(&self) -> Result<KeySet, FetchError> {
        let request = self.client.get(self.url.clone());
        let request = request.header("accept", "application/jwk-set+json, application/json");
        let answer = request.send().await.map_err(no_answer)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Refused(answer.status()));
        }
        let body = body(answer).await?;
        let keys = KeySet::parse(&body, &self.allowed).map_err(FetchError::NoKeySet)?;
        // A fault at the issuer looks like that; whoever changes keys has others.
        match keys.len() {
            0 => Err(FetchError::NoKeys),
            _ => Ok(keys),
        }
    }
}

fn client(url: &Url) -> Result<Client, reqwest::Error> {
    // Whoever installed a provider before us, for another connection, is welcome.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let is_plain = url.scheme() == "http";
    let builder = Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        // The next question is minutes away.
        .pool_max_idle_per_host(0)
        .http1_only()
        .https_only(!is_plain)
        .redirect(Policy::none())
        // Settings come from platform::config.
        .no_proxy();
    let builder = match is_plain {
        // The certificates of the system need not be read, nor be there.
        true => builder.tls_certs_only([]),
        false => builder,
    };
    builder.build()
}

/// Reads no more than a key set can be, whatever the issuer says of its length.
async fn body(mut answer: Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(no_answer)? {
        if body.len() + piece.len() > LONGEST {
            return Err(FetchError::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn no_answer(error: reqwest::Error) -> FetchError {
    FetchError::NoAnswer(error.without_url())
}
