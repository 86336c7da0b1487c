//! Sealed texts that clients carry for us: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) in base64url.

use crate::{keys, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use core::fmt;
use ports::Fault;
use ports::keys::{InstallationKey, KeyPurpose};
use ports::sealing::Sealer;

/// Bytes of a nonce: long enough to be drawn at random for every text.
const NONCE: usize = 24;

/// Seals with the installation's key for page tokens.
pub struct AeadSealer {
    cipher: XChaCha20Poly1305,
}

impl AeadSealer {
    /// Takes the installation's key.
    ///
    /// # Errors
    /// [`Fault::Broken`] for a key that was made for something else.
    pub fn new(key: &InstallationKey) -> Result<Self, Fault> {
        let secret = keys::secret_for(KeyPurpose::Pages, key)?;
        Ok(Self {
            cipher: XChaCha20Poly1305::new(secret.into()),
        })
    }
}

impl Sealer for AeadSealer {
    #[expect(
        clippy::expect_used,
        reason = "encryption fails for texts of 256 GiB only"
    )]
    fn seal(&self, plain: &[u8]) -> String {
        let nonce: [u8; NONCE] = random::bytes();
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), plain)
            .expect("the text is short");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        self.cipher.decrypt(&XNonce::from(*nonce), sealed).ok()
    }
}

impl fmt::Debug for AeadSealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AeadSealer")
    }
}

#[cfg(test)]
mod tests {
    use super::AeadSealer;
    use crate::keys::fresh_key;
    use ports::keys::KeyPurpose;
    use ports::sealing::Sealer as _;
    use testkit::parts::{CountingIds, ManualClock};

    #[test]
    fn another_installation_opens_nothing() {
        let (ids, clock) = (CountingIds::default(), ManualClock::default());
        let [ours, theirs] = [(); 2].map(|()| {
            AeadSealer::new(&fresh_key(KeyPurpose::Pages, &ids, &clock)).expect("is for pages")
        });
        assert_eq!(theirs.open(&ours.seal(b"after Ada")), None);
    }
}
