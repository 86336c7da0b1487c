//! Tokens under a signature that is none, or under a key that must not sign.

use crate::hostile::{Case, because, ec, ed, rsa};
use crate::support::keys::{RSA_2048_PUBLIC, Signer, der};
use crate::support::{claims, encoded, headed, header, merged, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

pub fn hostile_keys() -> Vec<Case> {
    [
        unsigned_tokens(),
        public_secrets(),
        keys_that_do_not_count(),
        algorithms_of_others(),
    ]
    .concat()
}

/// A token with no signature that says so, and one that has something in its place.
fn unsigned(alg: &str, signature: &str) -> String {
    let header = merged(header(&ed()), &json!({ "alg": alg })).to_string();
    let message = format!("{}.{}", encoded(header), encoded(claims().to_string()));
    format!("{message}.{signature}")
}

fn unsigned_tokens() -> Vec<Case> {
    let stripped = [("alg none, no signature", unsigned("none", ""))];
    let mut cases = because("it has not three parts", stripped);
    cases.extend(because(
        "its algorithm is not known",
        [
            ("alg none", unsigned("none", "AA")),
            ("alg None", unsigned("None", "AA")),
            ("alg NONE", unsigned("NONE", "AA")),
            ("alg nOnE", unsigned("nOnE", "AA")),
            ("an empty alg", unsigned("", "AA")),
            ("alg of nobody", unsigned("RS257", "AA")),
        ],
    ));
    cases
}

/// Signed with what everybody knows: the public key is the secret, if the verifier takes the token's
/// word that it is one.
fn public_secrets() -> Vec<Case> {
    let (rsa, ed) = (rsa().jwk(), ed().jwk());
    let (n, x) = (public_bytes(&rsa, "n"), public_bytes(&ed, "x"));
    let hmac = |kid: &str, secret: &[u8]| token(&Signer::hmac(kid, secret));
    let (pem, trimmed) = (
        RSA_2048_PUBLIC.as_bytes(),
        RSA_2048_PUBLIC.trim().as_bytes(),
    );
    because(
        "its algorithm is not known",
        [
            ("HMAC with the public key as PEM", hmac("rsa", pem)),
            ("HMAC with the PEM, trimmed", hmac("rsa", trimmed)),
            ("HMAC with the DER", hmac("rsa", &der(RSA_2048_PUBLIC))),
            ("HMAC with the JWK", hmac("rsa", rsa.to_string().as_bytes())),
            ("HMAC with the modulus", hmac("rsa", &n)),
            ("HMAC with its text", hmac("rsa", encoded(&n).as_bytes())),
            ("HMAC with the point", hmac("ed", &x)),
            ("HMAC with nothing", hmac("ed", b"")),
            ("HMAC with a published secret", hmac("oct", b"secret")),
            ("HMAC with a key that says HS256", hmac("hmac", &n)),
        ],
    )
}

fn public_bytes(jwk: &Value, member: &str) -> Vec<u8> {
    let text = jwk[member].as_str().expect("is there");
    URL_SAFE_NO_PAD.decode(text).expect("is base64url")
}

fn keys_that_do_not_count() -> Vec<Case> {
    let by_rsa = |kid: &str| token(&Signer::rsa(kid, Algorithm::RS256));
    let by_ed = |kid: &str, seed: u8| token(&Signer::ed25519(kid, seed));
    because(
        "its key is not known",
        [
            ("the name of a secret", by_ed("oct", 1)),
            ("a key that says HS256", by_rsa("hmac")),
            ("a key for encryption", by_rsa("for encryption")),
            ("a key that may not verify", by_rsa("for signing")),
            ("a key whose private half is out", by_ed("leaked", 1)),
            ("a key of 1024 bits", token(&Signer::short_rsa("short"))),
            ("the first of two with one name", by_ed("twin", 4)),
            ("the last of two with one name", by_ed("twin", 5)),
        ],
    )
}

fn algorithms_of_others() -> Vec<Case> {
    let rsa_as = |kid: &str, algorithm| token(&Signer::rsa(kid, algorithm));
    let elliptic = headed(&rsa(), &json!({"alg": "ES256"}));
    let p384 = token(&Signer::p384("not allowed", 3));
    let mut cases = because(
        "its algorithm is not allowed",
        [
            ("a published key that is not allowed", p384),
            ("a longer hash", rsa_as("rsa", Algorithm::RS512)),
            ("a longer hash with PSS", rsa_as("rsa", Algorithm::PS384)),
        ],
    );
    cases.extend(because(
        "its algorithm is not that of its key",
        [
            ("not the key's own", rsa_as("rs256 only", Algorithm::PS256)),
            ("allowed, for other keys", elliptic),
            (
                "another kind of key of the same name",
                token(&Signer::p256("ed", 66)),
            ),
        ],
    ));
    cases
}

pub fn hostile_signatures() -> Vec<Case> {
    let cases = [
        changed_tokens(),
        changed_bytes(),
        elliptic_signatures(),
        rsa_signatures(),
    ];
    let cases = cases.into_iter().flatten();
    cases
        .map(|(name, token)| (name, token, "its signature is wrong"))
        .collect()
}

type Changed = Vec<(&'static str, String)>;

/// Message and signature.
fn halves(token: &str) -> (&str, &str) {
    token.rsplit_once('.').expect("has a signature")
}

fn changed_tokens() -> Changed {
    let (good, elliptic) = (token(&ed()), token(&ec()));
    let (message, signature) = halves(&good);
    let (head, body) = message.split_once('.').expect("has claims");
    let admin = merged(claims(), &json!({"roles": ["admin"]})).to_string();
    let other_head = header(&ed()).to_string().replace("at+jwt", "JWT");
    let (admin, other_head) = (encoded(admin), encoded(other_head));
    let over_claims = ed().sign(body);
    vec![
        (
            "another's key under the good name",
            token(&Signer::ed25519("ed", 66)),
        ),
        ("another's P-256 key", token(&Signer::p256("ec", 66))),
        ("other claims", format!("{head}.{admin}.{signature}")),
        ("another header", format!("{other_head}.{body}.{signature}")),
        ("claims exchanged", format!("{head}.{head}.{signature}")),
        (
            "another token's signature",
            format!("{message}.{}", halves(&elliptic).1),
        ),
        (
            "signed over the claims alone",
            format!("{message}.{over_claims}"),
        ),
    ]
}

fn changed_bytes() -> Changed {
    let good = token(&ed());
    let (message, signature) = halves(&good);
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("is base64url");
    let under = |bytes: &[u8]| format!("{message}.{}", encoded(bytes));
    vec![
        ("a signature cut short", under(&bytes[..63])),
        ("half a signature", under(&bytes[..32])),
        (
            "a signature with more behind it",
            under(&[&bytes[..], &[0]].concat()),
        ),
        ("a signature of zeros", under(&[0; 64])),
        ("a byte for a signature", under(&[0])),
    ]
}

fn elliptic_signatures() -> Changed {
    let good = token(&ec());
    let (message, signature) = halves(&good);
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("is base64url");
    let (r, s) = bytes.split_at(32);
    let under = |bytes: &[u8]| format!("{message}.{}", encoded(bytes));
    vec![
        ("an elliptic signature of zeros", under(&[0; 64])),
        ("r and s exchanged", under(&[s, r].concat())),
        ("r alone", under(r)),
        ("s of zero", under(&[r, &[0; 32]].concat())),
        ("r of zero", under(&[&[0; 32], s].concat())),
        ("r and s beyond the order", under(&[0xff; 64])),
        ("an elliptic signature in DER", under(&in_der(r, s))),
    ]
}

/// As X.509 writes them, and JWS does not (RFC 7518, section 3.4).
fn in_der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| [&[2, 33, 0], bytes].concat();
    let pair = [integer(r), integer(s)].concat();
    [&[0x30, 70], pair.as_slice()].concat()
}

fn rsa_signatures() -> Changed {
    let good = token(&rsa());
    let (message, _) = halves(&good);
    let under = |bytes: &[u8]| format!("{message}.{}", encoded(bytes));
    let one = [&[0; 255][..], &[1]].concat();
    vec![
        (
            "an older signature as PSS",
            headed(&rsa(), &json!({"alg": "PS256"})),
        ),
        ("an RSA signature of zeros", under(&[0; 256])),
        ("an RSA signature of one", under(&one)),
        ("an RSA signature beyond the modulus", under(&[0xff; 256])),
    ]
}
