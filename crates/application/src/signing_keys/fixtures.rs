//! Keys, and who keeps them, for the tests of this room.

use crate::fixtures::now;
use domain::Pii;
use domain::ids::SigningKeyId;
use jiff::{SignedDuration, Timestamp};
use ports::signing_keys::{MockSigningKeys, MockSigningSecrets, SigningKey, SigningSecrets};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

pub fn ago(time: SignedDuration) -> Timestamp {
    now() - time
}

pub fn a_key(number: u64, signs_from: Timestamp) -> SigningKey {
    SigningKey {
        id: SigningKeyId::new(Uuid::from_u64_pair(2, number)),
        secret: Pii::new([7; 32]),
        created_at: signs_from,
        signs_from,
    }
}

pub fn secrets() -> Arc<dyn SigningSecrets> {
    let mut secrets = MockSigningSecrets::new();
    secrets.expect_fresh().returning(|| Pii::new([9; 32]));
    Arc::new(secrets)
}

/// Keeps these keys, adds one more to whoever has seen them all, and notes which.
pub fn keeping(keys: Vec<SigningKey>) -> (MockSigningKeys, Arc<Mutex<Option<SigningKey>>>) {
    let (mut port, added) = (MockSigningKeys::new(), Arc::<Mutex<_>>::default());
    let (noted, seen) = (Arc::clone(&added), super::ids_of(&keys));
    port.expect_all().returning(move || Ok(keys.clone()));
    port.expect_add().returning(move |key, told| {
        assert_eq!(told, seen);
        *noted.lock().unwrap() = Some(key.clone());
        Ok(true)
    });
    (port, added)
}
