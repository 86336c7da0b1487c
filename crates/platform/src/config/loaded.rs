//! The settings beside their origins, and how they are shown to people without showing a secret.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::keys::SECRET;
use super::origin::{Origin, OriginKind};
use super::settings::Settings;

/// Settings that passed validation.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub settings: Settings,
    /// Every key with its shown value and its origin, in a fixed order.
    pub entries: Vec<Entry>,
    /// Environment variables that Kubernetes injected and that were left alone; worth one log line.
    pub ignored: Vec<String>,
}

/// One setting as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, such as `http.listen`.
    pub key: &'static str,
    /// The value, or the fingerprint of a secret; empty when unset.
    pub shown: String,
    /// Where the value came from.
    pub origin: Origin,
}

impl Loaded {
    /// Every key on a line of its own: `key = value  # origin`.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = String::new();
        for Entry { key, shown, origin } in &self.entries {
            let _ = writeln!(out, "{key} = {shown}  # {origin}");
        }
        out
    }

    /// Where a key's value came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.origin)
    }
}

/// A value as it may be shown: secrets as the first eight hexadecimal digits of their SHA-256.
pub(super) fn shown(key: &str, text: &str, origin: &Origin) -> String {
    let is_secret = SECRET.contains(&key) && !text.is_empty();
    if is_secret || origin.kind == OriginKind::Secret || has_password(text) {
        fingerprint(text)
    } else {
        text.to_owned()
    }
}

fn fingerprint(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(4)
        .fold("sha256:".to_owned(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// Whether this is an address with something before an `@`.
fn has_password(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(_, rest)| rest.contains('@'))
}
