//! Machine keys.

use super::{an_id, moment};
use domain::Digest;
use domain::accounts::{ApiKey, KeyName, Scope};
use domain::actors::Principal;
use domain::ids::KeyId;

/// A key that the console made at [`moment`] 0, to read people and photos.
#[must_use]
pub fn an_api_key() -> ApiKey {
    let name = KeyName::parse("a key").expect("is a name");
    let scopes = [Scope::UsersRead, Scope::ImagesRead].into_iter().collect();
    let (id, secret) = (KeyId::new(an_id()), Digest::new([7; 32]));
    ApiKey::issue(id, name, scopes, secret, Principal::System, moment(0))
}
