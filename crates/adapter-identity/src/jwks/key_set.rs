//! The keys that an outside issuer publishes (RFC 7517, section 5), by name, without those that are no use.

use super::SignatureAlgorithm;
use super::key::Key;
use super::strict_json;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// More keys than an issuer rotates through in years.
const MOST_KEYS: usize = 100;

/// Why a text is no key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// It is something else, or says a thing twice.
    #[error("it is no JSON object with a list of keys and unique names")]
    Malformed,
    /// It is more than a key set can be.
    #[error("it has more than {MOST_KEYS} keys")]
    TooMany,
}

/// Usable keys by name.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: HashMap<String, Arc<Key>>,
    ignored: usize,
}

impl KeySet {
    /// Reads a set. A key that is no use is left out, and so are all usable keys of one name: which of
    /// them is meant, nobody can say.
    pub fn parse(text: &[u8], allowed: &[SignatureAlgorithm]) -> Result<Self, KeySetError> {
        let set = strict_json::object(text).ok_or(KeySetError::Malformed)?;
        let listed = set.get("keys").and_then(Value::as_array);
        let listed = listed.ok_or(KeySetError::Malformed)?;
        if listed.len() > MOST_KEYS {
            return Err(KeySetError::TooMany);
        }
        let mut keys = HashMap::new();
        let mut doubled = HashSet::new();
        let usable = listed.iter().filter_map(Value::as_object);
        for (kid, key) in usable.filter_map(|members| Key::parse(members, allowed).ok()) {
            if keys.insert(kid.clone(), Arc::new(key)).is_some() {
                doubled.insert(kid);
            }
        }
        keys.retain(|kid, _| !doubled.contains(kid));
        Ok(Self {
            ignored: listed.len() - keys.len(),
            keys,
        })
    }

    /// The key of this name.
    pub fn find(&self, kid: &str) -> Option<Arc<Key>> {
        self.keys.get(kid).cloned()
    }

    /// Whether this very key, for the same algorithms, is in it under this name.
    pub fn has(&self, kid: &str, key: &Arc<Key>) -> bool {
        let named = self.keys.get(kid);
        named.is_some_and(|named| Arc::ptr_eq(named, key) || named == key)
    }

    /// How many keys are usable.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// How many are not.
    pub const fn ignored(&self) -> usize {
        self.ignored
    }
}

#[cfg(test)]
#[path = "key_set_tests.rs"]
mod tests;
