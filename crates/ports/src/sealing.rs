//! Texts that clients carry for us without being able to read or change them.

/// Seals bytes into opaque, authenticated text that fits into a URL, and opens it again.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Sealer: Send + Sync {
    /// Seals bytes. Nobody without the key learns anything but their length.
    fn seal(&self, plain: &[u8]) -> String;

    /// Opens what [`Sealer::seal`] sealed; `None` for anything else.
    fn open(&self, sealed: &str) -> Option<Vec<u8>>;
}
