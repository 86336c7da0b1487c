//! Tokens whose shape or header is hostile, all under a good signature where there can be one.

use crate::hostile::{Case, because, ec, ed, rsa};
use crate::support::keys::Signer;
use crate::support::{claims, encoded, headed, header, merged, signed, spelled, token, without};
use serde_json::{Value, json};

pub fn hostile_shapes() -> Vec<Case> {
    let good = token(&ed());
    let (message, signature) = good.rsplit_once('.').expect("has a signature");
    let (head, body) = message.split_once('.').expect("has claims");
    let padding = "A".repeat(8_193 - good.len());
    [
        because(
            "it has not three parts",
            [
                ("nothing", String::new()),
                ("a dot", ".".to_owned()),
                ("two dots", "..".to_owned()),
                ("no signature", message.to_owned()),
                ("the signature stripped", format!("{message}.")),
                ("no header", format!(".{body}.{signature}")),
                ("no claims", format!("{head}..{signature}")),
                ("a dot before", format!(".{good}")),
                ("a dot behind", format!("{good}.")),
                ("five parts, as if encrypted", format!("{good}.AA.AA")),
                ("the signature twice", format!("{good}.{signature}")),
                ("cut in the header", head[..8].to_owned()),
            ],
        ),
        because(
            "its header is not base64url",
            [
                ("white space before", format!(" {good}")),
                ("text for a header", format!("plain.{body}.{signature}")),
                ("a padded header", format!("{head}=.{body}.{signature}")),
            ],
        ),
        because(
            "it is too long",
            [
                ("just longer than any header", format!("{good}{padding}")),
                ("a megabyte", "A".repeat(1 << 20)),
            ],
        ),
        hostile_encodings(&good),
    ]
    .concat()
}

fn hostile_encodings(good: &str) -> Vec<Case> {
    because(
        "its signature is not base64url",
        [
            ("a line break behind", format!("{good}\n")),
            ("a NUL behind", format!("{good}\0")),
            ("padding", format!("{good}==")),
            ("the alphabet of plain base64", format!("{good}+/")),
            ("bits left over", left_over(good)),
        ],
    )
}

/// The same bytes in other letters: of the last one, 4 bits say nothing.
fn left_over(good: &str) -> String {
    let (rest, last) = good.split_at(good.len() - 1);
    let other = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        "w" => "x",
        other => panic!("{other} has bits left over itself"),
    };
    format!("{rest}{other}")
}

/// The usual header with these members, under a good signature.
fn headers<const N: usize>(why: &'static str, cases: [(&'static str, Value); N]) -> Vec<Case> {
    because(
        why,
        cases.map(|(name, changes)| (name, headed(&ed(), &changes))),
    )
}

pub fn hostile_headers() -> Vec<Case> {
    [
        keys_that_are_brought(),
        extensions(),
        types_and_algorithms(),
        spellings(),
    ]
    .concat()
}

fn keys_that_are_brought() -> Vec<Case> {
    let their_key = Signer::ed25519("ed", 66).jwk();
    let (theirs, ours) = (
        "https://evil.example/jwks",
        "https://login.example.org/jwks",
    );
    [
        headers(
            "it says where its key is",
            [
                ("jku to elsewhere", json!({ "jku": theirs })),
                ("jku of the issuer", json!({ "jku": ours })),
                ("jku of null", json!({"jku": null})),
            ],
        ),
        headers(
            "it says where its certificate is",
            [("x5u", json!({ "x5u": theirs }))],
        ),
        headers(
            "it brings its certificate",
            [("x5c", json!({"x5c": ["MIIB"]}))],
        ),
        headers("it brings its key", [("jwk", json!({ "jwk": their_key }))]),
    ]
    .concat()
}

fn extensions() -> Vec<Case> {
    [
        headers(
            "it asks for an extension",
            [
                ("crit", json!({"crit": ["exp"], "exp": 1})),
                ("crit of nothing", json!({"crit": []})),
                ("critical b64", json!({"b64": false, "crit": ["b64"]})),
            ],
        ),
        headers(
            "its payload is not encoded",
            [("b64", json!({"b64": false}))],
        ),
        headers(
            "it holds another token",
            [("a token inside", json!({"cty": "JWT"}))],
        ),
        headers("it is encrypted", [("enc", json!({"enc": "A256GCM"}))]),
        headers("it is compressed", [("zip", json!({"zip": "DEF"}))]),
    ]
    .concat()
}

fn types_and_algorithms() -> Vec<Case> {
    [
        headers(
            "it is of another type",
            [
                ("typ of a logout token", json!({"typ": "logout+jwt"})),
                ("typ of a proof", json!({"typ": "dpop+jwt"})),
                ("typ of an event", json!({"typ": "secevent+jwt"})),
                ("an empty typ", json!({"typ": ""})),
                ("typ of null", json!({"typ": null})),
                ("typ in a list", json!({"typ": ["JWT"]})),
            ],
        ),
        headers(
            "its algorithm is not known",
            [
                ("alg of null", json!({"alg": null})),
                ("alg in a list", json!({"alg": ["EdDSA"]})),
                ("alg in lower case", json!({"alg": "eddsa"})),
                ("alg of a key", json!({"alg": "Ed25519"})),
            ],
        ),
    ]
    .concat()
}

fn spellings() -> Vec<Case> {
    let (ed, claims_text) = (ed(), claims().to_string());
    let usual = header(&ed).to_string();
    let spelled = |header: &str| spelled(&ed, header, &claims_text);
    let no_alg = signed(&ed, &without(header(&ed), "alg"), &claims());
    let doubled = usual.replacen('{', r#"{"alg":"none","#, 1);
    let mut cases = because(
        "its header is no JSON object",
        [
            ("alg twice", spelled(&doubled)),
            ("two headers", spelled(&format!("{usual}{usual}"))),
            ("a header in a list", spelled(&format!("[{usual}]"))),
            ("a header cut short", spelled(&usual[..usual.len() - 1])),
            ("a header of null", spelled("null")),
        ],
    );
    cases.extend(because("its algorithm is not known", [("no alg", no_alg)]));
    cases
}

pub fn hostile_names_of_keys() -> Vec<Case> {
    let no_kid = signed(&ed(), &without(header(&ed()), "kid"), &claims());
    let signature = encoded([7; 64]);
    [
        because("it names no key", [("no kid", no_kid)]),
        headers(
            "it names no key",
            [
                ("an empty kid", json!({"kid": ""})),
                ("a number for a kid", json!({"kid": 7})),
                ("a list of kids", json!({"kid": ["ed"]})),
                ("a very long kid", json!({"kid": "k".repeat(257)})),
                ("a kid of kilobytes", json!({"kid": "k".repeat(4_096)})),
            ],
        ),
        headers(
            "its key is not known",
            [
                ("another kid", json!({"kid": "else"})),
                ("the kid in capitals", json!({"kid": "ED"})),
                ("a blank behind the kid", json!({"kid": "ed "})),
                ("a NUL behind the kid", json!({"kid": "ed\0"})),
                ("a path", json!({"kid": "../../../../dev/null"})),
                ("an address", json!({"kid": "https://evil.example/key"})),
                ("SQL", json!({"kid": "' UNION SELECT 'ed' --"})),
                ("a command", json!({"kid": "ed|/usr/bin/id"})),
                ("a line break in the kid", json!({"kid": "ed\r\nx: y"})),
                ("a signature for a kid", json!({ "kid": signature })),
            ],
        ),
        headers(
            "its algorithm is not that of its key",
            [
                ("the kid of a key of another kind", json!({"kid": ec().kid})),
                ("the kid of an RSA key", json!({"kid": rsa().kid})),
            ],
        ),
    ]
    .concat()
}

/// What is said with a list is not heard by accident because something else was wrong.
#[test]
fn a_header_with_nothing_changed_is_the_usual_one() {
    assert_eq!(headed(&ed(), &json!({})), token(&ed()));
    assert_eq!(merged(header(&ed()), &json!({})), header(&ed()));
}
