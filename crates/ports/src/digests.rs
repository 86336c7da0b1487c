//! Condensing bytes into a digest by which they are known again.

use domain::Digest;

/// Computes SHA-256 (FIPS 180-4). Every adapter passes `testkit::digester_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Digester: Send + Sync {
    /// The digest of these bytes.
    fn sha256(&self, bytes: &[u8]) -> Digest;
}
