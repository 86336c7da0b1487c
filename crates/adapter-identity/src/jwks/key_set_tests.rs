//! What a key set is, and which of its keys count.

use super::{KeySet, KeySetError};
use crate::jwks::SignatureAlgorithm;
use serde_json::{Value, json};
use std::sync::Arc;

/// RFC 8037, appendix A.2, and RFC 7748, section 6.1 (which is a point on Ed25519 as well).
const POINTS: [&str; 2] = [
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
];

fn ed(kid: &str, point: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": point})
}

fn parse(set: &Value) -> Result<KeySet, KeySetError> {
    KeySet::parse(set.to_string().as_bytes(), &SignatureAlgorithm::ALL)
}

#[test]
fn usable_keys_are_found_by_name_and_the_others_are_counted() {
    let secret = json!({"kty": "oct", "kid": "b", "k": "AA"});
    let set = json!({"keys": [ed("a", POINTS[0]), secret, 7, {}, null], "more": 1});
    let set = parse(&set).expect("is a set");
    assert_eq!((set.len(), set.ignored()), (1, 4));
    assert!(set.find("a").is_some() && set.find("b").is_none() && set.find("").is_none());
}

#[test]
fn keys_of_one_name_are_left_out_all_of_them() {
    for times in [2, 3] {
        let mut keys = vec![ed("twin", POINTS[0]); times];
        keys.push(ed("alone", POINTS[0]));
        let set = parse(&json!({ "keys": keys })).expect("is a set");
        assert_eq!((set.len(), set.ignored()), (1, times));
        assert!(set.find("alone").is_some(), "{times}");
    }
}

/// RFC 7517, section 4.5, allows one name for keys of different uses.
#[test]
fn a_key_that_is_no_use_does_not_take_its_name_from_one_that_is() {
    let secret = json!({"kty": "oct", "kid": "a", "k": "AA"});
    let set = json!({"keys": [secret, ed("a", POINTS[0])]});
    assert!(parse(&set).expect("is a set").find("a").is_some());
}

#[test]
fn a_key_is_in_a_set_when_the_same_key_has_the_same_name() {
    let set = |kid, point| parse(&json!({"keys": [ed(kid, point)]})).expect("is a set");
    let key = set("a", POINTS[0]).find("a").expect("is there");
    assert!(set("a", POINTS[0]).has("a", &key));
    assert!(!set("a", POINTS[1]).has("a", &key), "another key");
    assert!(!set("b", POINTS[0]).has("a", &key), "another name");
    let narrower = json!({"keys": [ed("a", POINTS[0])]}).to_string();
    let narrower = KeySet::parse(narrower.as_bytes(), &[SignatureAlgorithm::Rs256]);
    assert!(!narrower.expect("is a set").has("a", &Arc::clone(&key)));
}

#[test]
fn what_is_no_set_is_none() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"keys":null}"#,
        r#"{"keys":[],"keys":[]}"#,
    ] {
        let set = KeySet::parse(text.as_bytes(), &SignatureAlgorithm::ALL);
        assert_eq!(set.err(), Some(KeySetError::Malformed), "{text}");
    }
    let twice = r#"{"keys":[{"kty":"OKP","kty":"RSA"}]}"#;
    let set = KeySet::parse(twice.as_bytes(), &SignatureAlgorithm::ALL);
    assert_eq!(set.err(), Some(KeySetError::Malformed));
    let keys: Vec<_> = (0..=100)
        .map(|kid| ed(&kid.to_string(), POINTS[0]))
        .collect();
    assert_eq!(
        parse(&json!({ "keys": keys })).err(),
        Some(KeySetError::TooMany)
    );
    assert_eq!(
        parse(&json!({"keys": keys[1..]})).map(|set| set.len()),
        Ok(100)
    );
}
