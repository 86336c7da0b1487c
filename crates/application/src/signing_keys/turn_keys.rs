//! Makes the next key when it is time, and removes those that are over.

use super::{fresh, ids_of};
use domain::ids::SigningKeyId;
use domain::signing_keys::Rotation;
use jiff::Timestamp;
use ports::signing_keys::{SigningKey, SigningKeys, SigningSecrets};
use ports::{Clock, Fault, Ids};
use std::sync::Arc;

/// Keeps the rotation going. One process at a time does; should two do it at once, they make one key.
pub struct TurnKeys {
    /// Keeps the keys.
    pub keys: Arc<dyn SigningKeys>,
    /// Makes their secrets.
    pub secrets: Arc<dyn SigningSecrets>,
    /// Names them.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What one turn came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turned {
    /// The key that was made.
    pub made: Option<SigningKeyId>,
    /// How many keys were removed.
    pub removed: u64,
}

impl TurnKeys {
    /// One turn. Where there is no key yet the first is made, and signs at once.
    ///
    /// # Errors
    /// [`Fault`] when keys cannot be read or written; the next turn begins anew.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<Turned, Fault> {
        let (at, keys) = (self.clock.now(), self.keys.all().await?);
        let rotation = Rotation::of(keys.iter().map(SigningKey::term));
        let made = match rotation.next(at) {
            Some(signs_from) => self.make(at, signs_from, &keys).await?,
            None => None,
        };
        let removed = match rotation.over(at).as_slice() {
            [] => 0,
            over => self.keys.remove(over).await?,
        };
        if removed > 0 {
            tracing::info!(
                count = removed,
                "removed keys that had signed access tokens"
            );
        }
        Ok(Turned { made, removed })
    }

    async fn make(
        &self,
        at: Timestamp,
        signs_from: Timestamp,
        seen: &[SigningKey],
    ) -> Result<Option<SigningKeyId>, Fault> {
        let key = fresh(&*self.ids, &*self.secrets, at, signs_from);
        if !self.keys.add(&key, &ids_of(seen)).await? {
            return Ok(None);
        }
        tracing::info!(key.id = %key.id, "made the next key to sign access tokens");
        Ok(Some(key.id))
    }
}

#[cfg(test)]
mod tests {
    use super::{TurnKeys, Turned};
    use crate::fixtures::{clock, fault, ids, now};
    use crate::signing_keys::fixtures::{a_key, ago, keeping, secrets};
    use domain::signing_keys::{OVERLAP, PUBLISHED_AHEAD, ROTATED_EVERY};
    use jiff::SignedDuration;
    use ports::signing_keys::{MockSigningKeys, SigningKey};
    use std::sync::Arc;

    fn turning(keys: MockSigningKeys) -> TurnKeys {
        TurnKeys {
            keys: Arc::new(keys),
            secrets: secrets(),
            ids: ids(),
            clock: clock(),
        }
    }

    /// What is added in one turn over these keys, of which one is removed at most.
    async fn turn(keys: Vec<SigningKey>) -> (Turned, Option<SigningKey>) {
        let (port, added) = keeping(keys);
        let turned = turning(port).run().await.unwrap();
        let added = added.lock().unwrap().clone();
        (turned, added)
    }

    #[tokio::test]
    async fn an_empty_installation_gets_a_key_that_signs_at_once() {
        let (turned, added) = turn(Vec::new()).await;
        let added = added.unwrap();
        assert_eq!((added.created_at, added.signs_from), (now(), now()));
        assert_eq!(turned.made, Some(added.id));
    }

    #[tokio::test]
    async fn nothing_is_done_while_nothing_is_due() {
        let (turned, added) = turn(vec![a_key(1, ago(SignedDuration::from_hours(1)))]).await;
        assert_eq!((turned, added), (Turned::default(), None));
    }

    #[tokio::test]
    async fn the_next_key_is_made_a_day_before_it_signs() {
        let due = ROTATED_EVERY - PUBLISHED_AHEAD;
        let (turned, added) = turn(vec![a_key(1, ago(due))]).await;
        let added = added.unwrap();
        assert_eq!(added.created_at, now());
        assert_eq!(added.signs_from, now() + PUBLISHED_AHEAD);
        assert_eq!((turned.made, turned.removed), (Some(added.id), 0));
    }

    #[tokio::test]
    async fn keys_that_are_over_are_removed_and_no_others() {
        let [over, retired, signing] = [
            a_key(1, ago(OVERLAP * 3)),
            a_key(2, ago(OVERLAP)),
            a_key(3, ago(SignedDuration::from_secs(1))),
        ];
        let (mut port, removed) = (MockSigningKeys::new(), over.id);
        port.expect_all()
            .returning(move || Ok(vec![over.clone(), retired.clone(), signing.clone()]));
        port.expect_remove()
            .withf(move |ids| *ids == [removed])
            .times(1)
            .returning(|_| Ok(1));
        let turned = turning(port).run().await.unwrap();
        assert_eq!((turned.made, turned.removed), (None, 1));
    }

    #[tokio::test]
    async fn who_comes_second_leaves_it_at_that() {
        let mut port = MockSigningKeys::new();
        let old = a_key(1, ago(ROTATED_EVERY));
        port.expect_all().returning(move || Ok(vec![old.clone()]));
        port.expect_add().times(1).returning(|_, _| Ok(false));
        assert_eq!(turning(port).run().await.unwrap(), Turned::default());
    }

    #[tokio::test]
    async fn a_failure_is_told() {
        let mut port = MockSigningKeys::new();
        port.expect_all().returning(|| Err(fault()));
        assert!(turning(port).run().await.is_err());
    }
}
