//! Machine keys: making, listing and revoking them, telling whose a key is, and noting that it was used.

mod create;
mod list;
mod recognise;
mod revoke;
mod uses;

#[cfg(test)]
pub(crate) mod fixtures;

pub use create::{CreateApiKey, CreateApiKeyError, CreatedApiKey};
pub use list::{ListApiKeys, ListApiKeysError};
pub use recognise::RecogniseKey;
pub use revoke::{RevokeApiKey, RevokeApiKeyError};
pub use uses::{KeyUses, NoteKeyUses};
