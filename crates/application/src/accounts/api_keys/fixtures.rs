//! A key, and what it looks like as text.

use crate::fixtures::now;
use domain::accounts::{ApiKey, KeyName, Scope, Scopes};
use domain::actors::Principal;
use domain::ids::KeyId;
use domain::{Digest, Pii};
use ports::accounts::{ApiKeyTexts, MintedKey, MockApiKeyTexts, PresentedKey};
use std::sync::Arc;
use uuid::Uuid;

pub fn key_id(number: u64) -> KeyId {
    KeyId::new(Uuid::from_u64_pair(3, number))
}

pub fn secret(byte: u8) -> Digest {
    Digest::new([byte; 32])
}

pub fn scopes() -> Scopes {
    [Scope::UsersRead].into_iter().collect()
}

pub fn api_key(number: u64, by: Principal) -> ApiKey {
    let name = KeyName::parse("payroll").unwrap();
    ApiKey::issue(key_id(number), name, scopes(), secret(7), by, now())
}

/// Keys are `mk_<number> <byte of the secret>`; the secret of a new one is 7.
pub fn texts() -> Arc<dyn ApiKeyTexts> {
    let mut texts = MockApiKeyTexts::new();
    texts.expect_mint().returning(|id| {
        let (_, number) = id.uuid().as_u64_pair();
        MintedKey {
            text: Pii::new(format!("mk_{number} 7")),
            secret: secret(7),
        }
    });
    texts
        .expect_is_meant()
        .returning(|text| text.starts_with("mk_"));
    texts.expect_read().returning(|text| {
        let (number, byte) = text.strip_prefix("mk_")?.split_once(' ')?;
        Some(PresentedKey {
            id: key_id(number.parse().ok()?),
            secret: secret(byte.parse().ok()?),
        })
    });
    Arc::new(texts)
}
