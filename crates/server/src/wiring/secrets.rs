//! What is made of the installation's own secrets, which are made at its first start.

use crate::Failure;
use adapter_identity::{AeadSealer, EdDsaTokens, HmacPseudonyms, SealedRefreshTokens, fresh_key};
use domain::ids::SigningKeyId;
use ports::accounts::{RefreshTokens, Tokens};
use ports::keys::{InstallationKey, KeyPurpose, KeyStore};
use ports::pseudonyms::Pseudonyms;
use ports::sealing::Sealer;
use ports::signing_keys::SigningKey;
use ports::{Clock, Ids};
use std::sync::Arc;

/// Who signs our tokens, as they say themselves (`iss`).
const ISSUER: &str = "muster";

pub(super) struct Secrets {
    pub(super) tokens: Arc<dyn Tokens>,
    pub(super) refresh_tokens: Arc<dyn RefreshTokens>,
    pub(super) sealer: Arc<dyn Sealer>,
    pub(super) pseudonyms: Arc<dyn Pseudonyms>,
}

impl Secrets {
    pub(super) async fn open(
        keys: &dyn KeyStore,
        ids: &dyn Ids,
        clock: &dyn Clock,
    ) -> Result<Self, Failure> {
        let key = |purpose| keys.keep(fresh_key(purpose, ids, clock));
        let token_key = key(KeyPurpose::Tokens).await?;
        let page_key = key(KeyPurpose::Pages).await?;
        let session_key = key(KeyPurpose::Sessions).await?;
        Ok(Self {
            tokens: Arc::new(EdDsaTokens::new(&[alone(token_key)], ISSUER)?),
            refresh_tokens: Arc::new(SealedRefreshTokens::new(&session_key)?),
            sealer: Arc::new(AeadSealer::new(&page_key)?),
            pseudonyms: Arc::new(HmacPseudonyms::new(&session_key)?),
        })
    }
}

/// One key, whose turn it always is.
fn alone(key: InstallationKey) -> SigningKey {
    SigningKey {
        id: SigningKeyId::new(key.id),
        secret: key.secret,
        created_at: key.created_at,
        signs_from: key.created_at,
    }
}
