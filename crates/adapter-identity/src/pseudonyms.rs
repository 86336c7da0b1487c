//! Other names, by HMAC-SHA256 (RFC 2104) with a secret of the installation.

use crate::keys;
use core::fmt;
use domain::Digest;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::Fault;
use ports::keys::{InstallationKey, KeyPurpose};
use ports::pseudonyms::Pseudonyms;
use sha2::Sha256;

/// What this use of the key is told apart from others by.
const USE: &[u8] = b"muster pseudonyms 1";

/// Names things by a MAC over kind and thing, with a key derived from the one of sessions.
#[derive(Clone)]
pub struct HmacPseudonyms {
    mac: Hmac<Sha256>,
}

impl HmacPseudonyms {
    /// Takes the installation's key of sessions.
    ///
    /// # Errors
    /// [`Fault::Broken`] for a key that was made for something else.
    pub fn new(key: &InstallationKey) -> Result<Self, Fault> {
        let broken = |error| Fault::broken("keys", "the key of sessions", error);
        let secret = keys::secret_for(KeyPurpose::Sessions, key)?;
        let derived = Hmac::<Sha256>::new_from_slice(secret).map_err(broken)?;
        let derived = derived.chain_update(USE).finalize().into_bytes();
        let mac = Hmac::new_from_slice(&derived).map_err(broken)?;
        Ok(Self { mac })
    }
}

impl Pseudonyms for HmacPseudonyms {
    fn of(&self, kind: &'static str, thing: &[u8]) -> Digest {
        // The length keeps the end of the kind from being taken for the beginning of the thing.
        let length = (kind.len() as u64).to_be_bytes();
        let mac = self.mac.clone().chain_update(length).chain_update(kind);
        Digest::new(mac.chain_update(thing).finalize().into_bytes().into())
    }
}

impl fmt::Debug for HmacPseudonyms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HmacPseudonyms")
    }
}

#[cfg(test)]
mod tests {
    use super::HmacPseudonyms;
    use crate::keys::fresh_key;
    use ports::keys::KeyPurpose;
    use ports::pseudonyms::Pseudonyms as _;
    use testkit::parts::{CountingIds, ManualClock};

    fn installation() -> HmacPseudonyms {
        let (ids, clock) = (CountingIds::default(), ManualClock::default());
        HmacPseudonyms::new(&fresh_key(KeyPurpose::Sessions, &ids, &clock)).expect("is a key")
    }

    #[test]
    fn the_same_thing_has_the_same_name_in_its_installation_alone() {
        let (ours, theirs) = (installation(), installation());
        let name = ours.of("email", b"ada@example.org");
        assert_eq!(name, ours.clone().of("email", b"ada@example.org"));
        assert_ne!(name, theirs.of("email", b"ada@example.org"));
    }

    #[test]
    fn things_and_kinds_do_not_meet() {
        let ours = installation();
        let name = ours.of("email", b"ada");
        for (kind, thing) in [
            ("email", "bob"),
            ("ip", "ada"),
            ("emaila", "da"),
            ("e", "mailada"),
        ] {
            assert_ne!(name, ours.of(kind, thing.as_bytes()), "{kind} {thing}");
        }
    }

    #[test]
    fn a_key_for_something_else_is_refused() {
        let (ids, clock) = (CountingIds::default(), ManualClock::default());
        let key = fresh_key(KeyPurpose::Pages, &ids, &clock);
        assert!(HmacPseudonyms::new(&key).is_err());
    }
}
