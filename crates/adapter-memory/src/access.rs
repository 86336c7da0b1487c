//! What this process has heard of changed access.

use core::hash::Hash;
use core::time::Duration;
use domain::Version;
use domain::ids::{KeyId, SessionId, UserId};
use ports::accounts::{AccessChange, AccessView};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use tokio::time::Instant;

/// Longer than any access token (15 minutes) and any cached entry (a minute and a bit) lives.
const KEPT: Duration = Duration::from_secs(16 * 60);
/// Whoever has not caught up for so long knows nothing.
const CURRENT: Duration = Duration::from_secs(5);
/// What is too old is looked for this often.
const SWEPT: Duration = Duration::from_secs(30);

/// [`AccessView`] in memory, as large as what is written in a quarter of an hour.
#[derive(Debug, Default)]
pub struct MemoryAccessView {
    heard: RwLock<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    caught_up: Option<Instant>,
    swept: Option<Instant>,
    users: Lately<UserId, Version>,
    sessions: Lately<SessionId, ()>,
    keys: Lately<KeyId, ()>,
}

/// What was heard, and when.
type Lately<K, V> = HashMap<K, (V, Instant)>;

impl MemoryAccessView {
    fn read<T>(&self, look: impl FnOnce(&Heard) -> T) -> T {
        look(&self.heard.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AccessView for MemoryAccessView {
    fn note(&self, changes: &[AccessChange]) {
        if changes.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut heard = self.heard.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            match *change {
                AccessChange::User(id, version) => heard.user(id, version, now),
                AccessChange::Session(id) => {
                    heard.sessions.insert(id, ((), now));
                }
                AccessChange::Key(id) => {
                    heard.keys.insert(id, ((), now));
                }
            }
        }
        heard.sweep(now);
    }

    fn caught_up(&self, asked: Instant) {
        let mut heard = self.heard.write().unwrap_or_else(PoisonError::into_inner);
        heard.caught_up = heard.caught_up.max(Some(asked));
    }

    fn is_current(&self) -> bool {
        let caught_up = self.read(|heard| heard.caught_up);
        caught_up.is_some_and(|asked| asked.elapsed() < CURRENT)
    }

    fn least_version(&self, user: UserId) -> Option<Version> {
        self.read(|heard| heard.users.get(&user).map(|(version, _)| *version))
    }

    fn has_ended(&self, session: SessionId) -> bool {
        self.read(|heard| heard.sessions.contains_key(&session))
    }

    fn is_revoked(&self, key: KeyId) -> bool {
        self.read(|heard| heard.keys.contains_key(&key))
    }
}

impl Heard {
    /// Words may come twice and in any order; the latest version stays, and for as long as its own word is young.
    fn user(&mut self, id: UserId, version: Version, now: Instant) {
        let known = self.users.entry(id).or_insert((version, now));
        if version > known.0 {
            *known = (version, now);
        }
    }

    fn sweep(&mut self, now: Instant) {
        if self.swept.is_some_and(|swept| now < swept + SWEPT) {
            return;
        }
        self.swept = Some(now);
        sweep(&mut self.users, now);
        sweep(&mut self.sessions, now);
        sweep(&mut self.keys, now);
    }
}

fn sweep<K: Eq + Hash, V>(heard: &mut Lately<K, V>, now: Instant) {
    heard.retain(|_, (_, at)| now < *at + KEPT);
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
