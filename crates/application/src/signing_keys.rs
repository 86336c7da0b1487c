//! The keys that sign access tokens take turns: making the next one, following what others made, and an early end.

mod follow_keys;
mod replace_key;
mod turn_keys;

pub use follow_keys::{FollowKeys, Followed};
pub use replace_key::{Earlier, ReplaceKey};
pub use turn_keys::{TurnKeys, Turned};

use domain::ids::SigningKeyId;
use jiff::Timestamp;
use ports::Ids;
use ports::signing_keys::{SigningKey, SigningSecrets};

/// A new key.
fn fresh(
    ids: &dyn Ids,
    secrets: &dyn SigningSecrets,
    created_at: Timestamp,
    signs_from: Timestamp,
) -> SigningKey {
    SigningKey {
        id: SigningKeyId::new(ids.next()),
        secret: secrets.fresh(),
        created_at,
        signs_from,
    }
}

fn ids_of(keys: &[SigningKey]) -> Vec<SigningKeyId> {
    keys.iter().map(|key| key.id).collect()
}

#[cfg(test)]
#[path = "signing_keys/fixtures.rs"]
mod fixtures;
