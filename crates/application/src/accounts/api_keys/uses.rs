//! Notes when machine keys were used, aside from the requests that use them.

use domain::accounts::ApiKey;
use domain::ids::KeyId;
use jiff::Timestamp;
use ports::accounts::ApiKeyRepository;
use ports::{Clock, Fault};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which keys were used, until it is written down: each once in [`ApiKey::NOTED_EVERY`].
#[derive(Debug, Default)]
pub struct KeyUses(Mutex<Uses>);

#[derive(Debug, Default)]
struct Uses {
    waiting: HashMap<KeyId, Timestamp>,
    noted: HashMap<KeyId, Timestamp>,
}

impl KeyUses {
    /// As many keys wait at most; uses of more are not noted.
    const MOST: usize = 10_000;

    /// A key was used. Waits for nothing, and nothing waits for it.
    pub(super) fn note(&self, id: KeyId, at: Timestamp) {
        let mut uses = self.lock();
        if uses
            .noted
            .get(&id)
            .is_some_and(|noted| is_recent(*noted, at))
        {
            return;
        }
        if uses.waiting.len() < Self::MOST || uses.waiting.contains_key(&id) {
            uses.waiting.insert(id, at);
        }
    }

    pub(super) fn take(&self, now: Timestamp) -> Vec<(KeyId, Timestamp)> {
        let mut uses = self.lock();
        uses.noted.retain(|_, noted| is_recent(*noted, now));
        uses.waiting.drain().collect()
    }

    fn written(&self, written: &[(KeyId, Timestamp)]) {
        self.lock().noted.extend(written.iter().copied());
    }

    fn give_back(&self, unwritten: Vec<(KeyId, Timestamp)>) {
        let mut uses = self.lock();
        for (id, at) in unwritten {
            uses.waiting.entry(id).or_insert(at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Uses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_recent(noted: Timestamp, at: Timestamp) -> bool {
    at.duration_since(noted) < ApiKey::NOTED_EVERY
}

/// Writes down which keys were used.
pub struct NoteKeyUses {
    /// Keeps keys.
    pub keys: Arc<dyn ApiKeyRepository>,
    /// What is to be written.
    pub uses: Arc<KeyUses>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl NoteKeyUses {
    /// One turn; answers how many uses were written.
    ///
    /// # Errors
    /// [`Fault`] when they cannot be: the next turn tries again.
    pub async fn run(&self) -> Result<usize, Fault> {
        let uses = self.uses.take(self.clock.now());
        if uses.is_empty() {
            return Ok(0);
        }
        match self.keys.used(&uses).await {
            Ok(()) => {
                self.uses.written(&uses);
                Ok(uses.len())
            }
            Err(fault) => {
                self.uses.give_back(uses);
                Err(fault)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyUses, NoteKeyUses};
    use crate::accounts::api_keys::fixtures::key_id;
    use crate::fixtures::{clock, fault, now};
    use jiff::{SignedDuration, Timestamp};
    use ports::accounts::MockApiKeyRepository;
    use std::sync::Arc;

    fn after(seconds: i64) -> Timestamp {
        now()
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap()
    }

    fn noting(keys: MockApiKeyRepository) -> NoteKeyUses {
        NoteKeyUses {
            keys: Arc::new(keys),
            uses: Arc::default(),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn a_key_is_written_once_a_minute_however_often_it_is_used() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_used()
            .times(1)
            .withf(|uses| uses == [(key_id(1), now())])
            .returning(|_| Ok(()));
        keys.expect_used()
            .times(1)
            .withf(|uses| uses == [(key_id(1), after(60))])
            .returning(|_| Ok(()));
        let note = noting(keys);
        assert_eq!(note.run().await.unwrap(), 0);
        for (second, written) in [(0, 1), (1, 0), (59, 0), (60, 1)] {
            for _ in 0..3 {
                note.uses.note(key_id(1), after(second));
            }
            assert_eq!(note.run().await.unwrap(), written, "at {second}");
        }
    }

    #[tokio::test]
    async fn what_could_not_be_written_is_tried_again_unless_it_is_old_news() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_used().times(1).returning(|_| Err(fault()));
        keys.expect_used()
            .times(1)
            .withf(|uses| uses == [(key_id(1), now())])
            .returning(|_| Ok(()));
        let note = noting(keys);
        note.uses.note(key_id(1), now());
        assert!(note.run().await.is_err());
        assert_eq!(note.run().await.unwrap(), 1);
        note.uses.note(key_id(2), after(9));
        note.uses.give_back(vec![(key_id(2), after(3))]);
        assert_eq!(note.uses.take(after(9)), [(key_id(2), after(9))]);
    }

    #[test]
    fn memory_is_bounded() {
        let uses = KeyUses::default();
        for number in 0..=KeyUses::MOST as u64 {
            uses.note(key_id(number), now());
        }
        assert_eq!(uses.take(now()).len(), KeyUses::MOST);
        uses.written(&[(key_id(1), now())]);
        uses.take(after(60));
        assert!(uses.lock().noted.is_empty());
    }
}
