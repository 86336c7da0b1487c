//! Every hostile token is refused, each for its own reason and not by chance for another's.

use crate::hostile_claims::{hostile_claims, hostile_times};
use crate::hostile_headers::{hostile_headers, hostile_names_of_keys, hostile_shapes};
use crate::hostile_signatures::{hostile_keys, hostile_signatures};
use crate::support::issuer::Issuer;
use crate::support::keys::Signer;
use crate::support::{LEEWAY, NOW, claiming, merged, now, terms, token};
use adapter_identity::{JwksTerms, JwksTokens, SignatureAlgorithm};
use jsonwebtoken::Algorithm;
use ports::accounts::{ForeignTokenError, ForeignTokens as _};
use serde_json::{Value, json};
use std::collections::HashSet;

/// What is wrong with a token, the token, and why it is refused.
pub type Case = (&'static str, String, &'static str);

/// Cases that are all refused for one reason.
pub fn because<const N: usize>(why: &'static str, cases: [(&'static str, String); N]) -> Vec<Case> {
    let cases = cases.into_iter();
    cases.map(|(name, token)| (name, token, why)).collect()
}

pub const EXPIRED: &str = "expired";

/// The good keys of the issuer.
pub fn ed() -> Signer {
    Signer::ed25519("ed", 1)
}

pub fn ec() -> Signer {
    Signer::p256("ec", 2)
}

pub fn rsa() -> Signer {
    Signer::rsa("rsa", Algorithm::RS256)
}

/// Good keys, and keys that no issuer should publish.
fn published() -> Vec<Value> {
    let named = |signer: Signer, changes: Value| merged(signer.jwk(), &changes);
    vec![
        ed().jwk(),
        ec().jwk(),
        rsa().jwk(),
        named(rsa(), json!({"kid": "rs256 only", "alg": "RS256"})),
        named(rsa(), json!({"kid": "for encryption", "use": "enc"})),
        named(rsa(), json!({"kid": "for signing", "key_ops": ["sign"]})),
        named(rsa(), json!({"kid": "hmac", "alg": "HS256"})),
        named(ed(), json!({"kid": "leaked", "d": "AA"})),
        Signer::p384("not allowed", 3).jwk(),
        Signer::short_rsa("short").jwk(),
        Signer::secret_jwk("oct", b"secret"),
        Signer::ed25519("twin", 4).jwk(),
        Signer::ed25519("twin", 5).jwk(),
    ]
}

async fn setting() -> (Issuer, JwksTokens) {
    let issuer = Issuer::with(&published()).await;
    let terms = JwksTerms {
        algorithms: vec![
            SignatureAlgorithm::Rs256,
            SignatureAlgorithm::Ps256,
            SignatureAlgorithm::Es256,
            SignatureAlgorithm::EdDsa,
        ],
        ..terms(&issuer)
    };
    let tokens = JwksTokens::new(terms).expect("are terms");
    (issuer, tokens)
}

fn every_case() -> Vec<Case> {
    let tables = [
        hostile_shapes(),
        hostile_headers(),
        hostile_names_of_keys(),
        hostile_keys(),
        hostile_signatures(),
        hostile_claims(),
        hostile_times(),
    ];
    tables.into_iter().flatten().collect()
}

#[tokio::test]
async fn every_hostile_token_is_refused_for_its_own_reason() {
    let (issuer, tokens) = setting().await;
    let cases = every_case();
    let names: HashSet<_> = cases.iter().map(|(name, ..)| name).collect();
    assert!(
        cases.len() >= 40 && names.len() == cases.len(),
        "{}",
        cases.len()
    );
    let mut wrong = Vec::new();
    for (name, token, expected) in &cases {
        // The second time what was refused must not have been remembered as good.
        for time in 1..=2 {
            let outcome = tokens.verify(token, now()).await;
            let why = match &outcome {
                Err(ForeignTokenError::Invalid { why }) => why,
                Err(ForeignTokenError::Expired) => EXPIRED,
                Ok(_) | Err(_) => "",
            };
            if why != *expected {
                wrong.push(format!(
                    "{name}, time {time}: expected {expected:?}, got {outcome:?}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert_eq!(
        issuer.asked(),
        1,
        "made-up keys are no reason to ask again so soon"
    );
}

/// The same hands make good tokens, so that none of the above is refused for how it was made.
#[tokio::test]
async fn the_same_issuer_is_believed_when_nothing_is_wrong() {
    let (_issuer, tokens) = setting().await;
    let pss = Signer::rsa("rsa", Algorithm::PS256);
    for signer in [
        ed(),
        ec(),
        rsa(),
        pss,
        Signer::rsa("rs256 only", Algorithm::RS256),
    ] {
        let outcome = tokens.verify(&token(&signer), now()).await;
        assert!(
            outcome.is_ok(),
            "{} {}: {outcome:?}",
            signer.kid,
            signer.alg()
        );
    }
}

#[tokio::test]
async fn a_token_ends_to_the_second_also_when_it_is_remembered() {
    let (_issuer, tokens) = setting().await;
    let token = claiming(&ed(), &json!({"exp": NOW + 10}));
    for (second, is_good) in [
        (0, true),
        (9 + LEEWAY, true),
        (10 + LEEWAY, false),
        (9 + LEEWAY, true),
    ] {
        let outcome = tokens.verify(&token, crate::support::after(second)).await;
        match is_good {
            true => assert!(outcome.is_ok(), "{second}: {outcome:?}"),
            false => assert!(
                matches!(outcome, Err(ForeignTokenError::Expired)),
                "{second}: {outcome:?}"
            ),
        }
    }
}

/// Also who looks at a refusal closely, as logs do, learns nothing of the token.
#[tokio::test]
async fn a_refusal_shows_nothing_of_the_token() {
    let (_issuer, tokens) = setting().await;
    let marked = [
        claiming(&ed(), &json!({"sub": "mark\0"})),
        crate::support::headed(&ed(), &json!({"kid": "mark"})),
        claiming(&ed(), &json!({"jti": 7, "email": "mark"})),
    ];
    for token in marked {
        let error = tokens.verify(&token, now()).await.expect_err("is hostile");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("mark"), "{shown}");
        assert_eq!(error.to_string(), "the token is not valid");
    }
}
