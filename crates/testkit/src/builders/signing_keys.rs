//! Keys that sign access tokens.

use super::{an_id, moment};
use domain::Pii;
use domain::ids::SigningKeyId;
use ports::signing_keys::SigningKey;

/// A key with a secret that no other call of this process gets, which may sign from so many seconds after the moment at
/// which tests begin.
#[must_use]
pub fn a_signing_key(signs_from: i64) -> SigningKey {
    let id = an_id();
    let mut secret = [7; 32];
    secret[..16].copy_from_slice(id.as_bytes());
    SigningKey {
        id: SigningKeyId::new(id),
        secret: Pii::new(secret),
        created_at: moment(0),
        signs_from: moment(signs_from),
    }
}
