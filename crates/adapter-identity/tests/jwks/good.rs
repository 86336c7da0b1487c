//! Tokens that are believed, and what is known from them.

use crate::support::issuer::Issuer;
use crate::support::keys::Signer;
use crate::support::{
    AUDIENCE, LEEWAY, NOW, after, claiming, claims, headed, header, merged, now, signed, spelled,
    terms, token, tokens, without,
};
use adapter_identity::{JwksTerms, JwksTokens};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use ports::accounts::ForeignTokens as _;
use serde_json::{Value, json};

fn ed() -> Signer {
    Signer::ed25519("ed", 1)
}

fn every_kind() -> Vec<Signer> {
    let rsa = [
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::PS256,
        Algorithm::PS384,
        Algorithm::PS512,
    ];
    let mut signers: Vec<_> = rsa
        .into_iter()
        .map(|algorithm| Signer::rsa(&format!("{algorithm:?}"), algorithm))
        .collect();
    signers.push(Signer::p256("p256", 1));
    signers.push(Signer::p384("p384", 2));
    signers.push(Signer::ed25519("ed25519", 3));
    signers
}

#[tokio::test]
async fn every_algorithm_is_believed_under_a_key_that_says_so_and_under_one_that_says_nothing() {
    let signers = every_kind();
    let mut keys: Vec<_> = signers.iter().map(Signer::jwk).collect();
    keys.extend(signers.iter().map(|signer| {
        let kid = format!("{} says", signer.kid);
        merged(signer.jwk(), &json!({"kid": kid, "alg": signer.alg()}))
    }));
    let issuer = Issuer::with(&keys).await;
    let tokens = tokens(&issuer);
    for signer in signers {
        let says = headed(&signer, &json!({"kid": format!("{} says", signer.kid)}));
        for token in [token(&signer), says] {
            let subject = tokens.verify(&token, now()).await;
            let subject = subject.expect(&signer.kid).subject;
            assert_eq!(subject.reveal(), "auth0|ada");
        }
    }
    assert_eq!(issuer.asked(), 1);
}

async fn all_believed(tokens: &[(&str, String)]) {
    let issuer = Issuer::with(&[ed().jwk()]).await;
    let verifier = crate::support::tokens(&issuer);
    for (name, token) in tokens {
        // The second time it is remembered.
        for _ in 0..2 {
            let outcome = verifier.verify(token, now()).await;
            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn headers_may_be_of_every_issuers_taste() {
    let with = |changes: Value| headed(&ed(), &changes);
    let no_type = signed(&ed(), &without(header(&ed()), "typ"), &claims());
    let thumbprint = json!({"x5t": "AA", "x5t#S256": "AA", "other": [1]});
    all_believed(&[
        ("plain", token(&ed())),
        ("no type", no_type),
        ("JWT", with(json!({"typ": "JWT"}))),
        ("jwt", with(json!({"typ": "jwt"}))),
        ("AT+JWT", with(json!({"typ": "AT+JWT"}))),
        ("type in full", with(json!({"typ": "application/at+jwt"}))),
        ("thumbprint", with(thumbprint)),
    ])
    .await;
}

#[tokio::test]
async fn claims_may_go_to_their_limits() {
    let with = |changes: Value| claiming(&ed(), &changes);
    let no_iat = signed(&ed(), &header(&ed()), &without(claims(), "iat"));
    let pretty = serde_json::to_string_pretty(&claims()).expect("is JSON");
    let pretty = spelled(&ed(), &header(&ed()).to_string(), &pretty);
    let longest = with(json!({"filler": "f".repeat(5_900)}));
    assert!(
        (8_180..=8_192).contains(&longest.len()),
        "{}",
        longest.len()
    );
    all_believed(&[
        ("no iat", no_iat),
        ("many aud", with(json!({"aud": ["other", AUDIENCE]}))),
        ("fraction", with(json!({"exp": NOW as f64 + 600.5}))),
        ("ended", with(json!({"exp": NOW - LEEWAY + 1}))),
        ("begins", with(json!({"nbf": NOW + LEEWAY}))),
        ("issued", with(json!({"iat": NOW + LEEWAY}))),
        ("last year", with(json!({"exp": 253_402_207_200_i64}))),
        ("subject", with(json!({"sub": "é".repeat(255)}))),
        ("name", with(json!({"jti": "j".repeat(255)}))),
        ("others", with(json!({"scope": "a b", "x": {"sub": 1}}))),
        ("white space", pretty),
        ("as long as can be", longest),
    ])
    .await;
}

#[tokio::test]
async fn what_the_issuer_says_of_a_person_is_told_as_it_was_said() {
    let ed = Signer::ed25519("ed", 1);
    let issuer = Issuer::with(&[ed.jwk()]).await;
    let told = json!({"sub": "ada", "jti": "1-2-3", "roles": ["manager", "Ops Team"]});
    let token = claiming(&ed, &told);
    let tokens = tokens(&issuer);
    for _ in 0..2 {
        let subject = tokens.verify(&token, now()).await.expect("is good");
        assert_eq!(subject.subject.reveal(), "ada");
        assert_eq!(subject.token_id.as_deref(), Some("1-2-3"));
        assert_eq!(subject.expires_at, after(600));
        let roles = vec!["manager".to_owned(), "Ops Team".to_owned()];
        assert_eq!(subject.roles, Some(roles));
        assert!(!format!("{subject:?}").contains("ada"), "{subject:?}");
    }
}

#[tokio::test]
async fn roles_that_are_not_asked_for_are_not_told_and_missing_ones_are_none() {
    let ed = Signer::ed25519("ed", 1);
    let issuer = Issuer::with(&[ed.jwk()]).await;
    let asks_not = JwksTerms {
        roles_claim: None,
        ..terms(&issuer)
    };
    let asks_not = JwksTokens::new(asks_not).expect("are terms");
    let token_with_roles = claiming(&ed, &json!({"roles": ["admin"]}));
    let subject = asks_not.verify(&token_with_roles, now()).await;
    assert_eq!(subject.expect("is good").roles, None);
    let subject = tokens(&issuer).verify(&token(&ed), now()).await;
    assert_eq!(subject.expect("is good").roles, Some(Vec::new()));
}

/// RFC 8037, appendices A.1, A.2 and A.4: a key and what it signed, so that nothing here depends on the
/// library agreeing with itself only.
#[tokio::test]
async fn keys_and_signatures_are_those_of_the_rfc() {
    let seed = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    let public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let seed = URL_SAFE_NO_PAD.decode(seed).expect("is base64url");
    let signer = Signer::ed25519_of("rfc 8037", &seed);
    assert_eq!(
        signer.sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
    let published = json!({"kty": "OKP", "crv": "Ed25519", "x": public, "kid": "rfc 8037"});
    let issuer = Issuer::with(&[published]).await;
    let subject = tokens(&issuer).verify(&token(&signer), now()).await;
    assert!(subject.is_ok(), "{subject:?}");
}

/// What the issuer does not say of an email is its own business; anything but yes is no.
#[tokio::test]
async fn an_email_counts_if_the_issuer_says_that_it_is_verified_or_nothing_of_it() {
    let ed = Signer::ed25519("ed", 1);
    let issuer = Issuer::with(&[ed.jwk()]).await;
    let tokens = tokens(&issuer);
    let named = json!({"email": "ada@example.org", "given_name": "Ada", "family_name": "King"});
    for (verified, counts) in [
        (json!({}), true),
        (json!({"email_verified": true}), true),
        (json!({"email_verified": false}), false),
        (json!({"email_verified": "false"}), false),
        (json!({"email_verified": "true"}), false),
        (json!({"email_verified": null}), false),
        (json!({"email_verified": 0}), false),
        (json!({"email_verified": 1}), false),
        (json!({"email_verified": [true]}), false),
    ] {
        let token = claiming(&ed, &merged(named.clone(), &verified));
        let subject = tokens.verify(&token, now()).await.expect("is good");
        assert_eq!(subject.described.is_some(), counts, "{verified}");
    }
}
