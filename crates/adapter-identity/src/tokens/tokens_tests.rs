//! Forged tokens, keys of others, and the shape of what is published.

use super::{AUDIENCE, Claims, EdDsaTokens};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Pii;
use domain::ids::{SessionId, SigningKeyId, UserId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ports::accounts::{Bearer, TokenError, Tokens as _};
use ports::signing_keys::SigningKey;
use serde_json::{Value, json};
use uuid::Uuid;

const ISSUER: &str = "https://muster.example.org";
const NOW: i64 = 1_767_600_000;

fn key(id: u128, seed: u8) -> SigningKey {
    SigningKey {
        id: SigningKeyId::new(Uuid::from_u128(id)),
        secret: Pii::new([seed; 32]),
        created_at: now(),
        signs_from: now(),
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("is an instant")
}

fn bearer() -> Bearer {
    Bearer {
        user: UserId::new(Uuid::nil()),
        session: SessionId::new(Uuid::max()),
    }
}

fn tokens() -> EdDsaTokens {
    EdDsaTokens::new(&[key(1, 1)], ISSUER).expect("is a key for tokens")
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::nil().to_string(), "sid": Uuid::max().to_string(), "iat": NOW, "exp": NOW + 900})
}

fn signed(tokens: &EdDsaTokens, claims: &Value) -> String {
    signed_as(tokens, claims, |header| header)
}

fn signed_as(tokens: &EdDsaTokens, claims: &Value, told: impl Fn(Header) -> Header) -> String {
    let ring = tokens.ring();
    let key = ring.signing(now()).expect("there is one");
    let header = told(key.header.clone());
    jsonwebtoken::encode(&header, claims, &key.signing).expect("signs")
}

#[test]
fn a_token_with_every_claim_is_good() {
    let tokens = tokens();
    let token = signed(&tokens, &claims());
    assert_eq!(tokens.verify(&token, now()), Ok(bearer()));
}

#[test]
fn a_token_that_lacks_a_claim_or_is_meant_for_others_is_invalid() {
    let tokens = tokens();
    for claim in ["iss", "aud", "sub", "sid", "iat", "exp"] {
        let mut lacking = claims();
        lacking.as_object_mut().expect("is an object").remove(claim);
        assert_eq!(
            tokens.verify(&signed(&tokens, &lacking), now()),
            Err(TokenError::Invalid),
            "{claim}"
        );
    }
    for (claim, value) in [
        ("iss", "https://evil.example"),
        ("aud", "another"),
        ("sub", "not an id"),
        ("sid", "not an id"),
    ] {
        let mut other = claims();
        other[claim] = json!(value);
        assert_eq!(
            tokens.verify(&signed(&tokens, &other), now()),
            Err(TokenError::Invalid),
            "{claim}"
        );
    }
}

#[test]
fn a_token_under_another_key_id_is_invalid() {
    let tokens = tokens();
    for kid in [None, Some(Uuid::from_u128(2).to_string())] {
        let told = |header| Header {
            kid: kid.clone(),
            ..header
        };
        let token = signed_as(&tokens, &claims(), told);
        assert_eq!(tokens.verify(&token, now()), Err(TokenError::Invalid));
    }
}

#[test]
fn the_tokens_word_on_its_algorithm_is_not_taken() {
    let tokens = tokens();
    let body = URL_SAFE_NO_PAD.encode(claims().to_string());
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"EdDSA"}"#] {
        let token = format!("{}.{body}.", URL_SAFE_NO_PAD.encode(header));
        assert_eq!(
            tokens.verify(&token, now()),
            Err(TokenError::Invalid),
            "{header}"
        );
    }
    let jwks: Value = serde_json::from_str(&tokens.jwks()).expect("is JSON");
    let public = jwks["keys"][0]["x"].as_str().expect("has a point");
    let public = URL_SAFE_NO_PAD.decode(public).expect("is base64url");
    let header = Header {
        kid: Some(key(1, 1).id.to_string()),
        ..Header::new(Algorithm::HS256)
    };
    let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&public))
        .expect("signs");
    assert_eq!(tokens.verify(&token, now()), Err(TokenError::Invalid));
}

#[test]
fn another_installations_tokens_are_invalid() {
    let theirs = EdDsaTokens::new(&[key(1, 2)], ISSUER).expect("is a key for tokens");
    let token = theirs.issue(bearer(), now()).expect("signs").token;
    assert_eq!(
        tokens().verify(token.reveal(), now()),
        Err(TokenError::Invalid)
    );
}

#[test]
fn two_processes_of_one_installation_take_each_others_tokens() {
    let token = tokens().issue(bearer(), now()).expect("signs").token;
    assert_eq!(tokens().verify(token.reveal(), now()), Ok(bearer()));
}

#[test]
fn the_published_key_is_that_of_rfc_8032() {
    // RFC 8032, section 7.1, test 1.
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let point = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let bytes = |hex: &str| -> [u8; 32] {
        std::array::from_fn(|at| {
            u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("is hexadecimal")
        })
    };
    let key = SigningKey {
        secret: Pii::new(bytes(seed)),
        ..key(7, 0)
    };
    let tokens = EdDsaTokens::new(&[key], ISSUER).expect("is a key for tokens");
    let jwks: Value = serde_json::from_str(&tokens.jwks()).expect("is JSON");
    let expected = json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(bytes(point)),
        "kid": Uuid::from_u128(7).to_string(), "alg": "EdDSA", "use": "sig",
    }]});
    assert_eq!(jwks, expected);
}

#[test]
fn claims_and_debug_carry_no_more_than_they_must() {
    let shown = format!("{:?}", tokens());
    assert!(
        !shown.contains("signing") && shown.contains(ISSUER),
        "{shown}"
    );
    let token = tokens().issue(bearer(), now()).expect("signs").token;
    let body = token.reveal().split('.').nth(1).expect("has claims");
    let body = URL_SAFE_NO_PAD.decode(body).expect("is base64url");
    let claims: Claims = serde_json::from_slice(&body).expect("is JSON");
    assert_eq!((claims.iat, claims.exp), (NOW, NOW + 900));
}
