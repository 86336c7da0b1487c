//! Recognising people whom a gateway in front of us signed in, by its signature under each request.

use domain::{Digest, Pii};
use jiff::Timestamp;

/// A request as the gateway passed it on: everything its signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayCall {
    /// The method, as received.
    pub method: String,
    /// Path and query (`path?query`, or `path` alone) exactly as received: not decoded, not normalised.
    pub target: String,
    /// SHA-256 of the body, of no bytes when there is none.
    pub body: Digest,
    /// What the gateway says who is calling (`X-Muster-Subject`), as received.
    pub subject: Pii<String>,
    /// What the gateway says of their roles (`X-Muster-Roles`), as received; empty when it says nothing.
    pub roles: String,
}

/// Why a signature of the gateway is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It is not written as signatures are, or what is signed could be read in two ways.
    #[error("the gateway's signature is malformed")]
    Malformed {
        /// For debug logs and tests: a fixed text, so that nothing of the request can be in it.
        why: &'static str,
    },
    /// It does not fit the request, or was made with another secret.
    #[error("the gateway's signature does not fit the request")]
    Wrong,
    /// It fits, and was made too long ago or in our future.
    #[error("the gateway's signature is not of this time")]
    Stale,
}

/// Checks that a request comes from the gateway and was not changed on the way.
///
/// The same request with the same signature is good as often as it comes while the signature is of
/// this time: who must not do a thing twice sends an Idempotency-Key.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait GatewaySignatures: Send + Sync {
    /// Checks the value of `X-Muster-Signature`: `t=<seconds since 1970>,v1=<lower-case hex>`.
    ///
    /// # Errors
    /// [`GatewayError`] when the request is not to be believed.
    fn verify(
        &self,
        call: &GatewayCall,
        signature: &str,
        at: Timestamp,
    ) -> Result<(), GatewayError>;
}
