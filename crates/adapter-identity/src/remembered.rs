//! Tokens that were checked already: a check of the signature costs 31 µs, a look here far less than one.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// How many tokens are remembered at most.
const CAPACITY: usize = 10_000;
/// A power of two; the first byte of a digest picks the shard.
const SHARDS: usize = 16;

/// SHA-256 of a token: the token itself is not kept in memory.
pub type TokenDigest = [u8; 32];

/// What a good token says, in the words of who checked it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<T> {
    /// Whom it stands for.
    pub says: T,
    /// From when on it is no good, in seconds since 1970.
    pub expires_at: i64,
}

/// Remembers good tokens until they expire; forgets some earlier when there are too many.
#[derive(Debug)]
pub struct Remembered<T> {
    shards: [Shard<T>; SHARDS],
}

type Shard<T> = RwLock<HashMap<TokenDigest, Verified<T>>>;

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| RwLock::default()),
        }
    }
}

impl<T: Clone> Remembered<T> {
    /// What is remembered of a token. The caller looks whether it has expired.
    pub fn recall(&self, digest: &TokenDigest) -> Option<Verified<T>> {
        let shard = self.shard(digest)?;
        let known = shard.read().unwrap_or_else(PoisonError::into_inner);
        known.get(digest).cloned()
    }

    /// Remembers a token that is good at `now`, in seconds since 1970.
    pub fn remember(&self, digest: TokenDigest, verified: Verified<T>, now: i64) {
        let Some(shard) = self.shard(&digest) else {
            return;
        };
        let mut known = shard.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY / SHARDS {
            known.retain(|_, other| now < other.expires_at);
        }
        if known.len() >= CAPACITY / SHARDS {
            let victim = known.keys().next().copied();
            victim.and_then(|victim| known.remove(&victim));
        }
        known.insert(digest, verified);
    }

    fn shard(&self, digest: &TokenDigest) -> Option<&Shard<T>> {
        let [first, ..] = digest;
        self.shards.get(usize::from(*first) % SHARDS)
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Remembered, SHARDS, Verified};

    fn verified(expires_at: i64) -> Verified<()> {
        Verified {
            says: (),
            expires_at,
        }
    }

    fn digest(number: usize) -> [u8; 32] {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&number.to_le_bytes());
        digest
    }

    fn len(remembered: &Remembered<()>) -> usize {
        let shards = remembered.shards.iter();
        shards
            .map(|shard| shard.read().expect("is not poisoned").len())
            .sum()
    }

    #[test]
    fn what_was_remembered_is_recalled() {
        let remembered = Remembered::default();
        remembered.remember(digest(1), verified(900), 0);
        assert_eq!(remembered.recall(&digest(1)), Some(verified(900)));
        assert_eq!(remembered.recall(&digest(2)), None);
    }

    #[test]
    fn memory_is_bounded_and_the_newest_is_kept() {
        let remembered = Remembered::default();
        for number in 0..3 * CAPACITY {
            remembered.remember(digest(number), verified(900), 0);
            assert!(remembered.recall(&digest(number)).is_some());
        }
        assert!(len(&remembered) <= CAPACITY);
    }

    #[test]
    fn expired_tokens_make_room_first() {
        let remembered = Remembered::default();
        let full = CAPACITY / SHARDS * SHARDS;
        (0..full).for_each(|number| remembered.remember(digest(number), verified(900), 0));
        remembered.remember(digest(full), verified(1800), 900);
        assert_eq!(len(&remembered), full - CAPACITY / SHARDS + 1);
    }
}
