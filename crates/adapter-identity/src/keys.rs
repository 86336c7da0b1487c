//! Secrets for a new installation, and for new keys of one.

use crate::random;
use domain::Pii;
use ports::keys::{InstallationKey, KeyPurpose};
use ports::signing_keys::SigningSecrets;
use ports::{Clock, Fault, Ids};

/// Makes a secret of 32 random bytes, to be offered to the key store at every start.
pub fn fresh_key(purpose: KeyPurpose, ids: &dyn Ids, clock: &dyn Clock) -> InstallationKey {
    InstallationKey {
        id: ids.next(),
        purpose,
        secret: Pii::new(random::bytes()),
        created_at: clock.now(),
    }
}

/// Secrets for new keys that sign access tokens, from the system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomSecrets;

impl SigningSecrets for RandomSecrets {
    fn fresh(&self) -> Pii<[u8; 32]> {
        Pii::new(random::bytes())
    }
}

/// The secret of a key that was made for `purpose`.
///
/// # Errors
/// [`Fault::Broken`] for a key with another purpose: one secret has one use.
pub(crate) fn secret_for(purpose: KeyPurpose, key: &InstallationKey) -> Result<&[u8; 32], Fault> {
    if key.purpose == purpose {
        return Ok(key.secret.reveal());
    }
    let what = format!("key {} is for {}", key.id, key.purpose.name());
    Err(Fault::Broken {
        backend: "keys",
        what,
        source: None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fresh_key, secret_for};
    use ports::Fault;
    use ports::keys::KeyPurpose;
    use testkit::parts::{CountingIds, ManualClock};

    #[test]
    fn no_two_installations_have_the_same_secret() {
        let (ids, clock) = (CountingIds::default(), ManualClock::default());
        let [one, other] = [(); 2].map(|()| fresh_key(KeyPurpose::Pages, &ids, &clock));
        assert!(one.id != other.id && one.secret != other.secret);
    }

    #[test]
    fn a_secret_has_one_use() {
        let key = fresh_key(
            KeyPurpose::Pages,
            &CountingIds::default(),
            &ManualClock::default(),
        );
        assert!(secret_for(KeyPurpose::Pages, &key).is_ok());
        assert!(matches!(
            secret_for(KeyPurpose::Sessions, &key),
            Err(Fault::Broken { .. })
        ));
    }
}
