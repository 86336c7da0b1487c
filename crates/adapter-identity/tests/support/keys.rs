//! Keys to sign with. The RSA ones were made for these tests and have no other use.

use super::encoded;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

const RSA_2048: &str = include_str!("rsa_2048.pem");
const RSA_1024: &str = include_str!("rsa_1024.pem");
/// The public half of it, as SubjectPublicKeyInfo.
pub const RSA_2048_PUBLIC: &str = include_str!("rsa_2048_public.pem");

/// What stands before a seed in PKCS #8 (RFC 5958): for Ed25519 (RFC 8410), P-256 and P-384 (RFC 5915).
const ED25519: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const P256: &[u8] =
    b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\
    \x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20";
const P384: &[u8] =
    b"\x30\x4e\x02\x01\x00\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\
    \x04\x00\x22\x04\x37\x30\x35\x02\x01\x01\x04\x30";

/// A private key with a name.
pub struct Signer {
    pub kid: String,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    pub fn ed25519(kid: &str, seed: u8) -> Self {
        Self::ed25519_of(kid, &[seed; 32])
    }

    pub fn ed25519_of(kid: &str, seed: &[u8]) -> Self {
        let key = EncodingKey::from_ed_der(&[ED25519, seed].concat());
        Self::new(kid, Algorithm::EdDSA, key)
    }

    pub fn p256(kid: &str, seed: u8) -> Self {
        let key = EncodingKey::from_ec_der(&[P256, &[seed; 32]].concat());
        Self::new(kid, Algorithm::ES256, key)
    }

    pub fn p384(kid: &str, seed: u8) -> Self {
        let key = EncodingKey::from_ec_der(&[P384, &[seed; 48]].concat());
        Self::new(kid, Algorithm::ES384, key)
    }

    pub fn rsa(kid: &str, algorithm: Algorithm) -> Self {
        Self::new(kid, algorithm, EncodingKey::from_rsa_der(&der(RSA_2048)))
    }

    pub fn short_rsa(kid: &str) -> Self {
        let key = EncodingKey::from_rsa_der(&der(RSA_1024));
        Self::new(kid, Algorithm::RS256, key)
    }

    /// Signs as if with a secret that is anything but secret.
    pub fn hmac(kid: &str, secret: &[u8]) -> Self {
        Self::new(kid, Algorithm::HS256, EncodingKey::from_secret(secret))
    }

    fn new(kid: &str, algorithm: Algorithm, key: EncodingKey) -> Self {
        let kid = kid.to_owned();
        Self {
            kid,
            algorithm,
            key,
        }
    }

    pub fn alg(&self) -> String {
        format!("{:?}", self.algorithm)
    }

    /// The public key as the issuer publishes it: with a use, and without an algorithm.
    pub fn jwk(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("has a public half");
        let mut jwk = serde_json::to_value(jwk).expect("is JSON");
        jwk.as_object_mut().expect("is an object").remove("alg");
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub fn sign(&self, message: &str) -> String {
        crypto::sign(message.as_bytes(), &self.key, self.algorithm).expect("signs")
    }

    /// An HMAC key as a careless issuer publishes it.
    pub fn secret_jwk(kid: &str, secret: &[u8]) -> Value {
        json!({"kty": "oct", "kid": kid, "k": encoded(secret)})
    }
}

/// What is in a PEM file (RFC 7468).
pub fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    let text: String = lines.collect();
    STANDARD.decode(text).expect("is base64")
}
