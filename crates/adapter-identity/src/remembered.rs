//! Tokens that were checked already: a check of the signature costs 31 µs, a look here far less than one.

use domain::ids::UserId;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// How many tokens are remembered at most.
const CAPACITY: usize = 10_000;
/// A power of two; the first byte of a digest picks the shard.
const SHARDS: usize = 16;

/// SHA-256 of a token: the token itself is not kept in memory.
pub type TokenDigest = [u8; 32];

/// What a good token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whom it stands for.
    pub user: UserId,
    /// From when on it is no good, in seconds since 1970.
    pub expires_at: i64,
}

/// Remembers good tokens until they expire; forgets some earlier when there are too many.
#[derive(Debug, Default)]
pub struct Remembered {
    shards: [RwLock<HashMap<TokenDigest, Verified>>; SHARDS],
}

impl Remembered {
    /// What is remembered of a token. The caller looks whether it has expired.
    pub fn recall(&self, digest: &TokenDigest) -> Option<Verified> {
        let shard = self.shard(digest)?;
        let known = shard.read().unwrap_or_else(PoisonError::into_inner);
        known.get(digest).copied()
    }

    /// Remembers a token that is good at `now`, in seconds since 1970.
    pub fn remember(&self, digest: TokenDigest, verified: Verified, now: i64) {
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

    fn shard(&self, digest: &TokenDigest) -> Option<&RwLock<HashMap<TokenDigest, Verified>>> {
        let [first, ..] = digest;
        self.shards.get(usize::from(*first) % SHARDS)
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Remembered, SHARDS, Verified};
    use domain::ids::UserId;
    use uuid::Uuid;

    fn verified(expires_at: i64) -> Verified {
        Verified {
            user: UserId::new(Uuid::nil()),
            expires_at,
        }
    }

    fn digest(number: usize) -> [u8; 32] {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&number.to_le_bytes());
        digest
    }

    fn len(remembered: &Remembered) -> usize {
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
