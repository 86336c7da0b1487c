//! Refresh tokens: the name of a session and a number under a MAC, so that they need not be stored.

use crate::keys;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::fmt;
use domain::Pii;
use domain::ids::SessionId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::Fault;
use ports::accounts::RefreshTokens;
use ports::keys::{InstallationKey, KeyPurpose};
use sha2::Sha256;
use uuid::Uuid;

/// What every token begins with, so that secret scanners and people know one when they see it.
const PREFIX: &str = "mr_";
const SESSION: usize = 16;
const GENERATION: usize = 4;
const MAC: usize = 32;

/// Writes `mr_` and base64url of session, number and HMAC-SHA256 (RFC 2104) of both: 73 characters.
pub struct SealedRefreshTokens {
    mac: Hmac<Sha256>,
}

impl SealedRefreshTokens {
    /// Takes the installation's key.
    ///
    /// # Errors
    /// [`Fault::Broken`] for a key that was made for something else.
    pub fn new(key: &InstallationKey) -> Result<Self, Fault> {
        let secret = keys::secret_for(KeyPurpose::Sessions, key)?;
        let mac = Hmac::new_from_slice(secret);
        let mac = mac.map_err(|error| Fault::broken("keys", "the key of sessions", error))?;
        Ok(Self { mac })
    }

    fn over(&self, session: &[u8], generation: &[u8]) -> Hmac<Sha256> {
        self.mac
            .clone()
            .chain_update(session)
            .chain_update(generation)
    }
}

impl RefreshTokens for SealedRefreshTokens {
    fn write(&self, session: SessionId, generation: u32) -> Pii<String> {
        let (session, generation) = (session.uuid().into_bytes(), generation.to_be_bytes());
        let mac = self.over(&session, &generation).finalize().into_bytes();
        let said = [session.as_slice(), &generation, &mac].concat();
        Pii::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(said)))
    }

    fn read(&self, token: &str) -> Option<(SessionId, u32)> {
        let said = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
        let said: [u8; SESSION + GENERATION + MAC] = said.try_into().ok()?;
        let (session, rest) = said.split_first_chunk::<SESSION>()?;
        let (generation, mac) = rest.split_first_chunk::<GENERATION>()?;
        self.over(session, generation).verify_slice(mac).ok()?;
        let session = SessionId::new(Uuid::from_bytes(*session));
        Some((session, u32::from_be_bytes(*generation)))
    }
}

impl fmt::Debug for SealedRefreshTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealedRefreshTokens")
    }
}

#[cfg(test)]
mod tests {
    use super::SealedRefreshTokens;
    use crate::keys::fresh_key;
    use domain::ids::SessionId;
    use ports::accounts::RefreshTokens as _;
    use ports::keys::KeyPurpose;
    use testkit::parts::{CountingIds, ManualClock};
    use uuid::Uuid;

    fn tokens() -> SealedRefreshTokens {
        let (ids, clock) = (CountingIds::default(), ManualClock::default());
        SealedRefreshTokens::new(&fresh_key(KeyPurpose::Sessions, &ids, &clock)).expect("is a key")
    }

    fn session() -> SessionId {
        SessionId::new(Uuid::from_u128(7))
    }

    #[test]
    fn a_token_is_read_as_it_was_written_and_written_the_same_each_time() {
        let tokens = tokens();
        for generation in [1, 2, u32::MAX] {
            let token = tokens.write(session(), generation);
            assert_eq!(token, tokens.write(session(), generation));
            assert_eq!(tokens.read(token.reveal()), Some((session(), generation)));
            assert_eq!(token.reveal().len(), 73);
        }
    }

    #[test]
    fn whatever_is_changed_it_is_none_of_ours() {
        let tokens = tokens();
        let token = tokens.write(session(), 1).into_revealed();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("is ASCII");
            assert_eq!(tokens.read(&changed), None, "at {at}");
        }
        for other in [
            "",
            "mr_",
            &token[1..],
            &format!("{token}A"),
            &format!("{token}="),
            &format!(" {token}"),
        ] {
            assert_eq!(tokens.read(other), None, "{other}");
        }
    }

    #[test]
    fn another_installation_reads_nothing_and_a_key_has_one_use() {
        let token = tokens().write(session(), 1);
        assert_eq!(tokens().read(token.reveal()), None);
        let (ids, clock) = (CountingIds::default(), ManualClock::default());
        let key = fresh_key(KeyPurpose::Pages, &ids, &clock);
        assert!(SealedRefreshTokens::new(&key).is_err());
    }
}
