//! Machine keys in the world of tests: one that may read people.

use application::accounts::{CreateApiKey, FollowAccess, ListApiKeys, RecogniseKey, RevokeApiKey};
use domain::accounts::{ApiKey, KeyName, Scope};
use domain::actors::Principal;
use domain::ids::KeyId;
use domain::{Digest, Pii};
use jiff::Timestamp;
use ports::accounts::{
    ApiKeyRepository, ApiKeyTexts, KeyRights, MintedKey, MockApiKeyRepository, MockApiKeyTexts,
    PresentedKey,
};
use ports::{Clock, Ids};
use std::sync::Arc;
use uuid::Uuid;

/// A key that there is.
pub(crate) const KEY: &str = "mk_known";
const SECRET: Digest = Digest::new([7; 32]);

/// A key that the console made, to read people.
pub(crate) fn world_key(number: u64) -> ApiKey {
    let name = KeyName::parse("payroll").expect("is a name");
    let id = KeyId::new(Uuid::from_u64_pair(0x0190_0000_0000_7000, number));
    let scopes = [Scope::UsersRead].into_iter().collect();
    ApiKey::issue(
        id,
        name,
        scopes,
        SECRET,
        Principal::System,
        Timestamp::UNIX_EPOCH,
    )
}

/// The use cases of keys, and the one by which they are recognised.
pub(super) fn keys(
    mut keys: MockApiKeyRepository,
    access: Arc<FollowAccess>,
    ids: Arc<dyn Ids>,
    clock: Arc<dyn Clock>,
) -> (crate::KeysApi, Arc<RecogniseKey>) {
    keys.expect_rights().returning(|id| {
        let known = world_key(1);
        Ok((id == known.id).then_some(KeyRights {
            secret: known.secret,
            scopes: known.scopes,
        }))
    });
    let keys: Arc<dyn ApiKeyRepository> = Arc::new(keys);
    let texts: Arc<dyn ApiKeyTexts> = Arc::new(texts());
    let recognise = RecogniseKey {
        keys: Arc::clone(&keys),
        texts: Arc::clone(&texts),
        uses: Arc::default(),
        clock: Arc::clone(&clock),
    };
    let api = crate::KeysApi {
        create: Arc::new(CreateApiKey {
            keys: Arc::clone(&keys),
            texts,
            ids,
            clock: Arc::clone(&clock),
        }),
        list: Arc::new(ListApiKeys {
            keys: Arc::clone(&keys),
        }),
        revoke: Arc::new(RevokeApiKey {
            keys,
            access,
            clock,
        }),
    };
    (api, Arc::new(recognise))
}

fn texts() -> MockApiKeyTexts {
    let mut texts = MockApiKeyTexts::new();
    texts.expect_mint().returning(|_| MintedKey {
        text: Pii::new("mk_minted".to_owned()),
        secret: SECRET,
    });
    texts
        .expect_is_meant()
        .returning(|text| text.starts_with("mk_"));
    texts.expect_read().returning(|text| {
        let number = match text {
            KEY => 1,
            "mk_unknown" => 2,
            _ => return None,
        };
        Some(PresentedKey {
            id: world_key(number).id,
            secret: SECRET,
        })
    });
    texts
}
