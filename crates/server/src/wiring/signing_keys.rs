//! The keys that sign access tokens: the ports behind them, and the use cases that get these.

use super::{Parts, Store};
use crate::machine::Machine;
use adapter_identity::RandomSecrets;
use application::signing_keys::{FollowKeys, ReplaceKey, TurnKeys};
use ports::signing_keys::{Keyring, SigningKeys};
use std::sync::Arc;

/// What signs, and where its keys are.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct Signing {
    pub keys: Arc<dyn SigningKeys>,
    pub keyring: Arc<dyn Keyring>,
}

/// Keeps the rotation going.
#[must_use]
pub fn turn_keys(parts: &Parts) -> TurnKeys {
    let keys = parts.signing.keys.clone();
    turning(
        keys,
        Machine {
            clock: parts.clock.clone(),
            ids: parts.ids.clone(),
        },
    )
}

pub(super) fn turning(keys: Arc<dyn SigningKeys>, machine: Machine) -> TurnKeys {
    let Machine { clock, ids } = machine;
    TurnKeys {
        keys,
        secrets: Arc::new(RandomSecrets),
        ids,
        clock,
    }
}

/// Signs with the keys that there are.
#[must_use]
pub fn follow_keys(parts: &Parts) -> FollowKeys {
    let Signing { keys, keyring } = parts.signing.clone();
    FollowKeys {
        keys,
        keyring,
        clock: parts.clock.clone(),
    }
}

/// Puts a key in the place of the one that signs. Needs nothing but the database.
#[must_use]
pub fn replace_key(store: &Store, machine: Machine) -> ReplaceKey {
    let Machine { clock, ids } = machine;
    ReplaceKey {
        keys: store.repositories().signing_keys,
        secrets: Arc::new(RandomSecrets),
        ids,
        clock,
    }
}
