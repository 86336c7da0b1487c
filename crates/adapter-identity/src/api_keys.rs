//! Machine keys as text: a name anybody may know, a secret, and a check that tells a slip of the pen.

use crate::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::KeyId;
use domain::{Digest, Pii};
use ports::accounts::{ApiKeyTexts, MintedKey, PresentedKey};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// What every key begins with, so that secret scanners and people know one when they see it.
const PREFIX: &str = "mk_";
const ID: usize = 16;
const SECRET: usize = 32;
const CHECK: usize = 4;

/// Writes `mk_` and base64url of the id, 256 random bits, and the first 32 bits of SHA-256 over `mk_` and both: 73
/// characters.
///
/// A plain SHA-256 of the secret is stored: what is random throughout cannot be found by trying.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckedApiKeys;

impl ApiKeyTexts for CheckedApiKeys {
    fn mint(&self, id: KeyId) -> MintedKey {
        let (id, secret) = (id.uuid().into_bytes(), random::bytes::<SECRET>());
        let whole = [&id[..], &secret, &check(&id, &secret)].concat();
        MintedKey {
            text: Pii::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(whole))),
            secret: digest(&secret),
        }
    }

    fn is_meant(&self, text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    fn read(&self, text: &str) -> Option<PresentedKey> {
        let whole = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (id, rest) = whole.split_first_chunk::<ID>()?;
        let (secret, checked) = rest.split_first_chunk::<SECRET>()?;
        (*checked == check(id, secret)).then(|| PresentedKey {
            id: KeyId::new(Uuid::from_bytes(*id)),
            secret: digest(secret),
        })
    }
}

fn digest(secret: &[u8; SECRET]) -> Digest {
    Digest::new(Sha256::digest(secret).into())
}

fn check(id: &[u8; ID], secret: &[u8; SECRET]) -> [u8; CHECK] {
    let whole = Sha256::new().chain_update(PREFIX).chain_update(id);
    let whole: [u8; 32] = whole.chain_update(secret).finalize().into();
    let [first, second, third, fourth, ..] = whole;
    [first, second, third, fourth]
}

#[cfg(test)]
mod tests {
    use super::CheckedApiKeys;
    use domain::ids::KeyId;
    use ports::accounts::{ApiKeyTexts as _, PresentedKey};
    use uuid::Uuid;

    fn id() -> KeyId {
        KeyId::new(Uuid::from_u128(7))
    }

    #[test]
    fn a_key_is_read_as_it_was_made() {
        let minted = CheckedApiKeys.mint(id());
        let text = minted.text.reveal();
        let presented = PresentedKey {
            id: id(),
            secret: minted.secret,
        };
        assert_eq!(CheckedApiKeys.read(text), Some(presented));
        assert!(text.len() == 73 && CheckedApiKeys.is_meant(text));
        assert!(!CheckedApiKeys.is_meant("eyJhbGciOiJFZERTQSJ9"));
    }

    #[test]
    fn no_two_secrets_are_alike() {
        let (one, other) = (CheckedApiKeys.mint(id()), CheckedApiKeys.mint(id()));
        assert_ne!(one.secret, other.secret);
    }

    #[test]
    fn a_slip_of_the_pen_anywhere_is_noticed() {
        let text = CheckedApiKeys.mint(id()).text.into_revealed();
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("is ASCII");
            assert_eq!(CheckedApiKeys.read(&changed), None, "at {at}");
        }
        for other in [
            "",
            "mk_",
            &text[1..],
            &text[..text.len() - 1],
            &format!("{text}A"),
            &format!("{text}="),
            &format!(" {text}"),
            &text.replace("mk_", "MK_"),
        ] {
            assert_eq!(CheckedApiKeys.read(other), None, "{other}");
        }
    }
}
