//! Which keys are of use, and for what.

use super::{Key, Unusable};
use crate::jwks::SignatureAlgorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The modulus of RFC 7517, appendix A.1.
const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJ\
    ECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic\
    AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINH\
    aQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
/// The point of the same appendix.
const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
/// The point of RFC 8037, appendix A.2.
const ED: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn rsa() -> Value {
    json!({"kty": "RSA", "kid": "1", "n": N, "e": "AQAB"})
}

fn ec() -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": "1", "x": X, "y": Y})
}

fn ed() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": ED})
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

fn parse(key: &Value, allowed: &[SignatureAlgorithm]) -> Result<Vec<&'static str>, &'static str> {
    let members = key.as_object().expect("is an object");
    match Key::parse(members, allowed) {
        Ok((_, key)) => Ok(key.algorithms.iter().map(|known| known.name()).collect()),
        Err(Unusable(why)) => Err(why),
    }
}

#[test]
fn a_key_may_check_what_its_kind_can_and_the_settings_allow_and_itself_says() {
    let all = &SignatureAlgorithm::ALL;
    let some = &[SignatureAlgorithm::Rs256, SignatureAlgorithm::Es256];
    let every_rsa = vec!["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    let says = |key, alg| with(key, "alg", json!(alg));
    assert_eq!(parse(&rsa(), all), Ok(every_rsa));
    assert_eq!(parse(&rsa(), some), Ok(vec!["RS256"]));
    assert_eq!(parse(&says(rsa(), "PS384"), all), Ok(vec!["PS384"]));
    assert_eq!(parse(&ec(), some), Ok(vec!["ES256"]));
    assert_eq!(parse(&ed(), all), Ok(vec!["EdDSA"]));
    for (key, allowed) in [
        (says(rsa(), "PS384"), &some[..]),
        (says(rsa(), "HS256"), all),
        (says(rsa(), "ES256"), all),
        (says(rsa(), "RSA-OAEP"), all),
        (says(ec(), "ES384"), all),
        (with(rsa(), "alg", json!(null)), all),
        (ed(), some),
        (rsa(), &[]),
    ] {
        assert_eq!(
            parse(&key, allowed),
            Err("its algorithm is not allowed"),
            "{key}"
        );
    }
}

#[test]
fn a_key_that_says_it_is_for_signatures_is() {
    for key in [
        with(ed(), "use", json!("sig")),
        with(ed(), "key_ops", json!(["verify"])),
        with(ed(), "key_ops", json!(["sign", "verify"])),
        with(ed(), "x5c", json!(["not looked at"])),
    ] {
        assert!(parse(&key, &SignatureAlgorithm::ALL).is_ok(), "{key}");
    }
}

fn all_left_out(why: &str, keys: &[Value]) {
    for key in keys {
        assert_eq!(parse(key, &SignatureAlgorithm::ALL), Err(why), "{key}");
    }
}

#[test]
fn keys_that_nobody_can_name_are_left_out() {
    let named = |kid: Value| with(ed(), "kid", kid);
    let kids = [json!(null), json!(7), json!(""), json!("k".repeat(257))];
    all_left_out("it has no name", &kids.map(named));
}

#[test]
fn keys_that_are_for_something_else_or_no_secret_any_more_are_left_out() {
    all_left_out(
        "it is not for signatures",
        &[
            with(ed(), "use", json!("enc")),
            with(ed(), "use", json!("SIG")),
            with(ed(), "use", json!(null)),
            with(ed(), "key_ops", json!([])),
            with(ed(), "key_ops", json!("verify")),
            with(ed(), "key_ops", json!(["sign"])),
        ],
    );
    let published = [with(ed(), "d", json!("AA")), with(rsa(), "k", json!("AA"))];
    all_left_out("it is not public", &published);
}

#[test]
fn keys_of_other_kinds_are_left_out() {
    all_left_out(
        "its kind is not known",
        &[
            with(rsa(), "kty", json!("oct")),
            with(rsa(), "kty", json!("rsa")),
            with(rsa(), "crv", json!("P-256")),
            with(ec(), "crv", json!("P-521")),
            with(ec(), "crv", json!("secp256k1")),
            with(ed(), "crv", json!("X25519")),
            with(ed(), "crv", json!("Ed448")),
        ],
    );
}

/// The library panics at an Ed25519 point of fewer than 32 bytes, and takes the exponent 1.
#[test]
fn keys_that_are_not_written_as_their_kind_is_are_left_out() {
    all_left_out(
        "it is not written as its kind is",
        &[
            with(ec(), "crv", json!("P-384")),
            with(ed(), "x", json!(&ED[1..])),
            with(ed(), "x", json!("AA")),
            with(ed(), "x", json!(format!("{ED}="))),
            with(ec(), "y", json!("")),
            with(rsa(), "e", json!("AQ")),
            with(rsa(), "e", json!("AAE")),
            with(rsa(), "e", json!("AA")),
            with(rsa(), "e", json!("")),
            with(rsa(), "e", json!("AQAA")),
            with(rsa(), "e", json!("AQAAAAE")),
            with(rsa(), "n", json!(7)),
        ],
    );
}

#[test]
fn rsa_keys_have_2048_to_4096_bits_and_are_odd() {
    let of = |bytes: Vec<u8>| with(rsa(), "n", json!(URL_SAFE_NO_PAD.encode(bytes)));
    let bits = |first: u8, bytes: usize, last: u8| {
        let mut n = vec![0; bytes];
        n[0] = first;
        n[bytes - 1] = last;
        of(n)
    };
    for good in [bits(0x80, 256, 1), bits(0xff, 512, 1), rsa()] {
        assert!(parse(&good, &SignatureAlgorithm::ALL).is_ok(), "{good}");
    }
    let padded = of([vec![0, 0x7f], vec![1; 255]].concat());
    let wrong = [
        bits(0x7f, 256, 1),
        bits(0x80, 128, 1),
        bits(0x01, 513, 1),
        bits(0x80, 256, 2),
        padded,
    ];
    all_left_out("it is not written as its kind is", &wrong);
}

#[test]
fn points_that_are_on_no_curve_are_left_out() {
    let outside = "_".repeat(42) + "8";
    let points = [
        with(ec(), "y", json!(X)),
        with(ec(), "x", json!(outside)),
        with(ed(), "x", json!("A".repeat(42) + "Y")),
    ];
    all_left_out("it is no point on its curve", &points);
}

#[test]
fn keys_are_the_same_when_they_can_do_the_same() {
    let key = |key: &Value, allowed| {
        let members = key.as_object().expect("is an object");
        Key::parse(members, allowed).expect("is of use").1
    };
    let (all, one) = (&SignatureAlgorithm::ALL, &[SignatureAlgorithm::Rs256]);
    // RFC 7518, section 6.3.1.1, knows of those who write a zero in front.
    let padded = with(rsa(), "e", json!("AAEAAQ"));
    assert!(key(&rsa(), all) == key(&padded, all));
    assert!(key(&rsa(), all) != key(&rsa(), one));
    assert!(key(&ec(), all) != key(&ed(), all));
}

#[test]
fn a_key_shows_only_what_it_can_do() {
    let members = ed();
    let members = members.as_object().expect("is an object");
    let (_, key) = Key::parse(members, &SignatureAlgorithm::ALL).expect("is of use");
    assert_eq!(format!("{key:?}"), "Key { algorithms: [EdDsa], .. }");
}
