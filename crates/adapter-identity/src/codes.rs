//! Codes that are shown once and stored as a digest only.

use crate::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Digest, Pii};
use ports::accounts::{OneTimeCode, OneTimeCodes};
use sha2::{Digest as _, Sha256};

/// Makes codes of 256 random bits in base64url (RFC 4648, section 5), 43 characters.
///
/// A plain SHA-256 of them is stored: what is random throughout cannot be found by trying.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomCodes;

impl OneTimeCodes for RandomCodes {
    fn mint(&self) -> OneTimeCode {
        let code = URL_SAFE_NO_PAD.encode(random::bytes::<32>());
        let digest = self.digest(&code);
        OneTimeCode {
            code: Pii::new(code),
            digest,
        }
    }

    fn digest(&self, code: &str) -> Digest {
        Digest::new(Sha256::digest(code.as_bytes()).into())
    }
}
