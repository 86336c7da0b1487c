//! What is made of the installation's own secrets, which are made at its first start.

use super::Repositories;
use super::signing_keys::{Signing, turning};
use crate::Failure;
use crate::machine::Machine;
use adapter_identity::{AeadSealer, EdDsaTokens, HmacPseudonyms, SealedRefreshTokens, fresh_key};
use ports::Fault;
use ports::accounts::{RefreshTokens, Tokens};
use ports::keys::KeyPurpose;
use ports::pseudonyms::Pseudonyms;
use ports::sealing::Sealer;
use ports::signing_keys::{SigningKey, SigningKeys};
use std::sync::Arc;

/// Who signs our tokens, as they say themselves (`iss`).
const ISSUER: &str = "muster";

pub(super) struct Secrets {
    pub(super) tokens: Arc<dyn Tokens>,
    pub(super) signing: Signing,
    pub(super) refresh_tokens: Arc<dyn RefreshTokens>,
    pub(super) sealer: Arc<dyn Sealer>,
    pub(super) pseudonyms: Arc<dyn Pseudonyms>,
}

impl Secrets {
    pub(super) async fn open(
        repositories: &Repositories,
        machine: &Machine,
    ) -> Result<Self, Failure> {
        let Machine { clock, ids } = machine;
        let keys = Arc::clone(&repositories.signing_keys);
        let tokens = Arc::new(EdDsaTokens::new(&there(&keys, machine).await?, ISSUER)?);
        let key = |purpose| repositories.keys.keep(fresh_key(purpose, &**ids, &**clock));
        let page_key = key(KeyPurpose::Pages).await?;
        let session_key = key(KeyPurpose::Sessions).await?;
        Ok(Self {
            tokens: tokens.clone(),
            signing: Signing {
                keys,
                keyring: tokens,
            },
            refresh_tokens: Arc::new(SealedRefreshTokens::new(&session_key)?),
            sealer: Arc::new(AeadSealer::new(&page_key)?),
            pseudonyms: Arc::new(HmacPseudonyms::new(&session_key)?),
        })
    }
}

/// The keys that sign, of which the first is made here; all others are the job's.
async fn there(keys: &Arc<dyn SigningKeys>, machine: &Machine) -> Result<Vec<SigningKey>, Fault> {
    let there = keys.all().await?;
    if !there.is_empty() {
        return Ok(there);
    }
    turning(Arc::clone(keys), machine.clone()).run().await?;
    keys.all().await
}
