//! A real issuer on this machine, its keys, and the tokens it signs.

pub mod issuer;
pub mod keys;

use adapter_identity::{JwksTerms, JwksTokens, SignatureAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use issuer::Issuer;
use jiff::{SignedDuration, Timestamp};
use keys::Signer;
use serde_json::{Value, json};
use std::time::Duration;

pub const ISSUER: &str = "https://login.example.org/";
pub const AUDIENCE: &str = "https://muster.example.org";
pub const NOW: i64 = 1_767_600_000;
pub const LEEWAY: i64 = 30;

pub fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("is an instant")
}

pub fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

pub fn terms(issuer: &Issuer) -> JwksTerms {
    JwksTerms {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        jwks_url: issuer.url(),
        algorithms: SignatureAlgorithm::ALL.to_vec(),
        roles_claim: Some("roles".to_owned()),
        leeway: Duration::from_secs(LEEWAY.unsigned_abs()),
        plain_http: false,
    }
}

pub fn tokens(issuer: &Issuer) -> JwksTokens {
    JwksTokens::new(terms(issuer)).expect("are terms")
}

pub fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "auth0|ada", "iat": NOW, "exp": NOW + 600})
}

pub fn header(signer: &Signer) -> Value {
    json!({"alg": signer.alg(), "kid": signer.kid, "typ": "at+jwt"})
}

pub fn token(signer: &Signer) -> String {
    signed(signer, &header(signer), &claims())
}

/// A token with these claims put in place of, or beside, the usual ones.
pub fn claiming(signer: &Signer, changes: &Value) -> String {
    signed(signer, &header(signer), &merged(claims(), changes))
}

/// A token with these members put in place of, or beside, the usual ones of the header.
pub fn headed(signer: &Signer, changes: &Value) -> String {
    signed(signer, &merged(header(signer), changes), &claims())
}

pub fn signed(signer: &Signer, header: &Value, claims: &Value) -> String {
    spelled(signer, &header.to_string(), &claims.to_string())
}

/// A token whose parts are written just so.
pub fn spelled(signer: &Signer, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let signature = signer.sign(&message);
    format!("{message}.{signature}")
}

pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn merged(mut whole: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("is an object") {
        whole[name] = value.clone();
    }
    whole
}

pub fn without(mut whole: Value, name: &str) -> Value {
    whole.as_object_mut().expect("is an object").remove(name);
    whole
}
