//! The keys of one moment, ready to sign and to check with: made once, then only looked at.

use domain::ids::SigningKeyId;
use domain::signing_keys::{Rotation, Stage};
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use ports::Fault;
use ports::signing_keys::SigningKey;

/// What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// A key, ready.
pub struct Key {
    pub id: SigningKeyId,
    /// What stands before everything that it signs.
    pub header: Header,
    pub signing: EncodingKey,
    pub checking: DecodingKey,
    public: Jwk,
}

/// Some keys, and whose turn it is.
pub struct Ring {
    keys: Vec<Key>,
    rotation: Rotation,
    /// The public halves as a JSON Web Key Set (RFC 7517).
    pub jwks: String,
}

impl Ring {
    /// Takes keys in any order.
    ///
    /// # Errors
    /// [`Fault::Broken`] for none, and for one that is no Ed25519 seed.
    pub fn of(keys: &[SigningKey]) -> Result<Self, Fault> {
        if keys.is_empty() {
            return Err(Fault::Broken {
                backend: "tokens",
                what: "there is no key to sign with".to_owned(),
                source: None,
            });
        }
        let rotation = Rotation::of(keys.iter().map(SigningKey::term));
        let keys = keys.iter().map(Key::of).collect::<Result<Vec<_>, _>>()?;
        let in_order = rotation.terms().iter();
        let public = in_order.filter_map(|term| keys.iter().find(|key| key.id == term.id));
        let set = JwkSet {
            keys: public.map(|key| key.public.clone()).collect(),
        };
        let jwks = serde_json::to_string(&set)
            .map_err(|error| Fault::broken("tokens", "the key set", error))?;
        Ok(Self {
            keys,
            rotation,
            jwks,
        })
    }

    /// The key that signs at this instant.
    pub fn signing(&self, at: Timestamp) -> Option<&Key> {
        let term = self.rotation.signing(at)?;
        self.keys.iter().find(|key| key.id == term.id)
    }

    /// The key of this name (`kid`), if what it has signed can be good at this instant.
    pub fn checking(&self, kid: &str, at: Timestamp) -> Option<&Key> {
        let named = |key: &&Key| key.header.kid.as_deref() == Some(kid);
        let key = self.keys.iter().find(named)?;
        self.believes(key.id, at).then_some(key)
    }

    /// Whether what this key has signed can be good at this instant.
    pub fn believes(&self, id: SigningKeyId, at: Timestamp) -> bool {
        match self.rotation.stage(id, at) {
            Some(Stage::Published | Stage::Signing | Stage::Retired) => true,
            Some(Stage::Over) | None => false,
        }
    }
}

impl Key {
    fn of(key: &SigningKey) -> Result<Self, Fault> {
        let seed = key.secret.reveal().as_slice();
        let signing = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), seed].concat());
        let mut public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(broken)?;
        let kid = Some(key.id.to_string());
        public.common.key_id.clone_from(&kid);
        public.common.key_algorithm = Some(KeyAlgorithm::EdDSA);
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            id: key.id,
            header: Header {
                kid,
                ..Header::new(Algorithm::EdDSA)
            },
            checking: DecodingKey::from_jwk(&public).map_err(broken)?,
            signing,
            public,
        })
    }
}

pub fn broken(error: jsonwebtoken::errors::Error) -> Fault {
    Fault::broken("tokens", "a signing key", error)
}
