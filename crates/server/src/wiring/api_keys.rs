//! Machine keys: the ports behind them, and the use cases that get these.

use super::Parts;
use adapter_identity::CheckedApiKeys;
use application::accounts::{
    CreateApiKey, KeyUses, ListApiKeys, NoteKeyUses, RecogniseKey, RevokeApiKey,
};
use http_api::KeysApi;
use port_decorators::CachedApiKeys;
use ports::accounts::{AccessView, ApiKeyRepository, ApiKeyTexts};
use std::sync::Arc;

/// What machine keys need.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct MachineKeys {
    pub keys: Arc<dyn ApiKeyRepository>,
    pub texts: Arc<dyn ApiKeyTexts>,
    /// Which were used, until it is written down.
    pub uses: Arc<KeyUses>,
}

impl MachineKeys {
    /// The keys in this repository, remembered.
    #[must_use]
    pub fn over(keys: Arc<dyn ApiKeyRepository>, view: &Arc<dyn AccessView>) -> Self {
        Self {
            keys: Arc::new(CachedApiKeys::new(keys, Arc::clone(view))),
            texts: Arc::new(CheckedApiKeys),
            uses: Arc::default(),
        }
    }
}

pub(super) fn keys(parts: &Parts) -> KeysApi {
    let (access, clock) = (parts.access.clone(), parts.clock.clone());
    let keys = parts.machine_keys.keys.clone();
    KeysApi {
        create: Arc::new(create_key(parts)),
        list: Arc::new(ListApiKeys { keys: keys.clone() }),
        revoke: Arc::new(RevokeApiKey {
            keys,
            access,
            clock,
        }),
    }
}

/// Recognises machines.
pub(super) fn recognise_key(parts: &Parts) -> RecogniseKey {
    let MachineKeys { keys, texts, uses } = parts.machine_keys.clone();
    RecogniseKey {
        keys,
        texts,
        uses,
        clock: parts.clock.clone(),
    }
}

/// Makes keys.
#[must_use]
pub fn create_key(parts: &Parts) -> CreateApiKey {
    let MachineKeys { keys, texts, .. } = parts.machine_keys.clone();
    CreateApiKey {
        keys,
        texts,
        ids: parts.ids.clone(),
        clock: parts.clock.clone(),
    }
}

/// Writes down which keys were used.
#[must_use]
pub fn note_key_uses(parts: &Parts) -> NoteKeyUses {
    let MachineKeys { keys, uses, .. } = parts.machine_keys.clone();
    NoteKeyUses {
        keys,
        uses,
        clock: parts.clock.clone(),
    }
}
