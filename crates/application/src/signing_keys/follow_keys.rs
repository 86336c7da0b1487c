//! Hands the keys that there are to who signs and checks with them, in every process.

use core::time::Duration;
use domain::signing_keys::Rotation;
use ports::signing_keys::{Keyring, SigningKey, SigningKeys};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Sees to it that this process signs and checks with the keys that there are.
pub struct FollowKeys {
    /// Keeps the keys.
    pub keys: Arc<dyn SigningKeys>,
    /// Signs and checks with them.
    pub keyring: Arc<dyn Keyring>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What there was to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// For how long the key that signs has been signing.
    pub age: Duration,
}

impl FollowKeys {
    /// One turn.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be read or cannot be keys; then this process goes on with those that it has.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<Followed, Fault> {
        let keys = self.keys.all().await?;
        self.keyring.take(&keys)?;
        let at = self.clock.now();
        let signing = Rotation::of(keys.iter().map(SigningKey::term)).signing(at);
        let age = signing.map(|term| at.duration_since(term.signs_from));
        Ok(Followed {
            age: age
                .and_then(|age| Duration::try_from(age).ok())
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{FollowKeys, Followed};
    use crate::fixtures::{clock, fault};
    use crate::signing_keys::fixtures::{a_key, ago, keeping};
    use core::time::Duration;
    use jiff::SignedDuration;
    use ports::signing_keys::{MockKeyring, MockSigningKeys};
    use std::sync::Arc;

    fn following(keys: MockSigningKeys, keyring: MockKeyring) -> FollowKeys {
        FollowKeys {
            keys: Arc::new(keys),
            keyring: Arc::new(keyring),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn every_key_is_handed_on_and_the_age_is_that_of_the_one_that_signs() {
        let [retired, signing, published] = [
            a_key(1, ago(SignedDuration::from_secs(90))),
            a_key(2, ago(SignedDuration::from_secs(30))),
            a_key(3, ago(SignedDuration::from_secs(-60))),
        ];
        let keys = vec![retired, signing, published];
        let mut keyring = MockKeyring::new();
        let expected = keys.clone();
        keyring
            .expect_take()
            .withf(move |taken| taken == expected)
            .times(1)
            .returning(|_| Ok(()));
        let followed = following(keeping(keys).0, keyring).run().await.unwrap();
        let age = Duration::from_secs(30);
        assert_eq!(followed, Followed { age });
    }

    #[tokio::test]
    async fn where_keys_cannot_be_read_those_that_are_there_stay() {
        let mut keys = MockSigningKeys::new();
        keys.expect_all().returning(|| Err(fault()));
        let mut keyring = MockKeyring::new();
        keyring.expect_take().never();
        assert!(following(keys, keyring).run().await.is_err());
    }

    #[tokio::test]
    async fn that_keys_cannot_be_used_is_told() {
        let mut keyring = MockKeyring::new();
        keyring.expect_take().returning(|_| Err(fault()));
        let outcome = following(keeping(Vec::new()).0, keyring).run().await;
        assert!(outcome.is_err());
    }
}
