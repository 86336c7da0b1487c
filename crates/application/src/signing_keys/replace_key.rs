//! Puts a new key in the place of the one that signs, before its time.

use super::{fresh, ids_of};
use domain::signing_keys::Rotation;
use jiff::SignedDuration;
use ports::signing_keys::{SigningKey, SigningKeys, SigningSecrets};
use ports::{Clock, Fault, Ids};
use std::sync::Arc;

/// Replaces the key that signs.
pub struct ReplaceKey {
    /// Keeps the keys.
    pub keys: Arc<dyn SigningKeys>,
    /// Makes their secrets.
    pub secrets: Arc<dyn SigningSecrets>,
    /// Names them.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What becomes of the keys that were there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// What they have signed stays good until it expires. The new key signs when all have had time to hear of it.
    Stay {
        /// How long that takes; none where nobody else can be at work.
        others_need: SignedDuration,
    },
    /// They are removed, and what they have signed is no good any more, also where nobody has heard of the new key.
    Go,
}

impl ReplaceKey {
    /// How often it is tried anew when somebody else changes the keys at the same time.
    const TRIES: usize = 5;

    /// Makes the key and answers it.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be read or written.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self, earlier: Earlier) -> Result<SigningKey, Fault> {
        match earlier {
            Earlier::Stay { others_need } => self.beside(others_need).await,
            Earlier::Go => self.alone().await,
        }
    }

    async fn beside(&self, others_need: SignedDuration) -> Result<SigningKey, Fault> {
        for _ in 0..Self::TRIES {
            let (at, there) = (self.clock.now(), self.keys.all().await?);
            let rotation = Rotation::of(there.iter().map(SigningKey::term));
            let signs_from = rotation.taking_over(at, others_need);
            let key = fresh(&*self.ids, &*self.secrets, at, signs_from);
            if self.keys.add(&key, &ids_of(&there)).await? {
                return Ok(key);
            }
        }
        Err(Fault::unavailable("keys", Contended))
    }

    async fn alone(&self) -> Result<SigningKey, Fault> {
        let at = self.clock.now();
        let key = fresh(&*self.ids, &*self.secrets, at, at);
        self.keys.replace_all(&key).await?;
        Ok(key)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("others change the keys all the time")]
struct Contended;

#[cfg(test)]
mod tests {
    use super::{Earlier, ReplaceKey};
    use crate::fixtures::{clock, fault, ids, now};
    use crate::signing_keys::fixtures::{a_key, ago, keeping, secrets};
    use domain::signing_keys::{KNOWN_WITHIN, PUBLISHED_AHEAD};
    use jiff::SignedDuration;
    use ports::Fault;
    use ports::signing_keys::MockSigningKeys;
    use std::sync::Arc;

    fn replacing(keys: MockSigningKeys) -> ReplaceKey {
        ReplaceKey {
            keys: Arc::new(keys),
            secrets: secrets(),
            ids: ids(),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn the_new_key_signs_when_all_have_heard_of_it() {
        for others_need in [KNOWN_WITHIN, SignedDuration::ZERO] {
            let signing = a_key(1, ago(SignedDuration::from_hours(1)));
            let published = a_key(2, now() + PUBLISHED_AHEAD);
            let (port, added) = keeping(vec![signing, published]);
            let earlier = Earlier::Stay { others_need };
            let made = replacing(port).run(earlier).await.unwrap();
            assert_eq!(made.signs_from, now() + others_need);
            assert_eq!(added.lock().unwrap().clone(), Some(made));
        }
    }

    #[tokio::test]
    async fn earlier_keys_go_with_what_they_signed() {
        let mut port = MockSigningKeys::new();
        let replaced = port.expect_replace_all();
        replaced
            .withf(|key| key.signs_from == now())
            .times(1)
            .returning(|_| Ok(3));
        let made = replacing(port).run(Earlier::Go).await.unwrap();
        assert_eq!(made.created_at, now());
    }

    #[tokio::test]
    async fn who_was_overtaken_tries_anew_and_not_for_ever() {
        let overtaken = |times: usize| {
            let mut port = MockSigningKeys::new();
            port.expect_all().returning(|| Ok(Vec::new()));
            let first = port.expect_add().times(times);
            first.returning(|_, _| Ok(false));
            port
        };
        let others_need = SignedDuration::ZERO;
        let mut once = overtaken(1);
        once.expect_add().times(1).returning(|_, _| Ok(true));
        let made = replacing(once).run(Earlier::Stay { others_need }).await;
        assert!(made.is_ok());
        let never = replacing(overtaken(ReplaceKey::TRIES));
        let outcome = never.run(Earlier::Stay { others_need }).await;
        assert!(matches!(outcome, Err(Fault::Unavailable { .. })));
    }

    #[tokio::test]
    async fn a_failure_is_told() {
        let mut port = MockSigningKeys::new();
        port.expect_replace_all().returning(|_| Err(fault()));
        assert!(replacing(port).run(Earlier::Go).await.is_err());
    }
}
