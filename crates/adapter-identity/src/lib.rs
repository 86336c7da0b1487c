//! Recognising people and keeping secrets: the only crate that hashes, signs, seals or draws random bytes.
#![warn(missing_docs)]

pub mod api_keys;
pub mod clock;
pub mod codes;
pub mod digests;
pub mod gateway;
pub mod ids;
pub mod jwks;
pub mod keys;
pub mod passwords;
pub mod pseudonyms;
mod random;
pub mod refresh;
mod remembered;
pub mod sealing;
pub mod tokens;

pub use api_keys::CheckedApiKeys;
pub use clock::SystemClock;
pub use codes::RandomCodes;
pub use digests::Sha256Digester;
pub use gateway::{HmacGateway, WeakSecret};
pub use ids::SystemIds;
pub use jwks::{JwksTerms, JwksTermsError, JwksTokens, SignatureAlgorithm, UnknownAlgorithm};
pub use keys::{RandomSecrets, fresh_key};
pub use passwords::Argon2Hasher;
pub use pseudonyms::HmacPseudonyms;
pub use refresh::SealedRefreshTokens;
pub use sealing::AeadSealer;
pub use tokens::EdDsaTokens;
