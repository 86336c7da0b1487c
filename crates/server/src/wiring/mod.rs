//! Which adapter stands behind which port, and which use case gets which ports. Tables, and nothing but.

mod accounts;
mod api_keys;
mod auth;
mod background;
mod capacity;
mod depot;
mod entering;
mod limits;
mod memory;
mod parts;
mod personal;
mod policies;
mod recognise;
mod repositories;
mod secrets;
mod signing_keys;
mod store;

pub use accounts::{accounts, add_image};
pub use api_keys::{MachineKeys, create_key, note_key_uses};
pub use auth::invite;
pub use background::{deliver, forget, forget_access, reap, seal, seal_lag, verify};
pub use depot::Depot;
pub(crate) use entering::ready;
pub use limits::limit;
pub use memory::Memory;
pub use parts::Parts;
pub use personal::{Erasing, carry_out, personal_parts};
pub use recognise::SignedInBy;
pub use repositories::Repositories;
pub use signing_keys::{Signing, follow_keys, replace_key, turn_keys};
pub use store::Store;

use application::PageTokens;
use application::accounts::Sweeps;
use http_api::Api;
use std::sync::Arc;

/// What the controllers call.
#[must_use]
pub fn api(parts: &Parts, sweeps: &Arc<Sweeps>, public_url: &str) -> Api {
    let tokens = parts.tokens.clone();
    Api {
        accounts: accounts(parts, sweeps),
        pages: PageTokens::new(parts.sealer.clone()),
        jwks: Arc::new(move || tokens.jwks()),
        public_url: public_url.to_owned(),
    }
}
