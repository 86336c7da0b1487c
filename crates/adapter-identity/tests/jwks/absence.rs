//! The issuer is away, slow, or answers something else: good keys are kept, and without any nobody can tell.

use crate::support::issuer::{Answer, Issuer};
use crate::support::keys::Signer;
use crate::support::{after, claiming, headed, merged, now, token, tokens};
use adapter_identity::JwksTokens;
use ports::Fault;
use ports::accounts::{ForeignTokenError, ForeignTokens as _};
use serde_json::json;
use std::time::{Duration, Instant};

const DAY: i64 = 24 * 3_600;

fn ed() -> Signer {
    Signer::ed25519("ed", 1)
}

/// A token that outlives the outages of these tests.
fn lasting(signer: &Signer) -> String {
    claiming(signer, &json!({"exp": 4_000_000_000_i64}))
}

async fn nobody_can_tell(tokens: &JwksTokens, token: &str, second: i64) -> String {
    let outcome = tokens.verify(token, after(second)).await;
    match outcome {
        Err(error @ ForeignTokenError::KeysUnavailable(_)) => testkit::told(&error),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn answers_that_are_no_key_set_are_none_and_say_why() {
    let good = json!({"keys": [ed().jwk()]}).to_string();
    let padded = format!("{good}{}", " ".repeat(1 << 20));
    let many = vec![ed().jwk(); 101];
    let elsewhere = Issuer::with(&[ed().jwk()]).await;
    let doubled = good.replacen('{', r#"{"keys":[],"#, 1);
    let answers = [
        (Answer::Body(500, good.clone()), "the issuer answered 500"),
        (Answer::Body(404, String::new()), "the issuer answered 404"),
        (Answer::Body(204, String::new()), "the issuer answered 204"),
        (Answer::Body(206, good.clone()), "the issuer answered 206"),
        (Answer::Redirect(elsewhere.url()), "the issuer answered 302"),
        (Answer::Body(200, "<html>".to_owned()), "unique names"),
        (Answer::Body(200, String::new()), "unique names"),
        (Answer::Body(200, "[]".to_owned()), "unique names"),
        (Answer::Body(200, ed().jwk().to_string()), "unique names"),
        (
            Answer::Body(200, r#"{"keys":{}}"#.to_owned()),
            "unique names",
        ),
        (Answer::Body(200, doubled), "unique names"),
        (Answer::keys(&many), "more than 100 keys"),
        (Answer::keys(&[]), "no key for signatures"),
        (Answer::Body(200, padded), "longer than 1 MiB"),
        (Answer::Endless, "longer than 1 MiB"),
        (Answer::CutOff, "did not answer"),
        (Answer::HungUp, "did not answer"),
    ];
    for (answer, expected) in answers {
        let shown = format!("{answer:.60?}");
        let issuer = Issuer::that(answer).await;
        let told = nobody_can_tell(&tokens(&issuer), &token(&ed()), 0).await;
        assert!(told.contains(expected), "{shown}: {told}");
        assert!(!told.contains("127.0.0.1"), "{told}");
    }
    assert_eq!(elsewhere.asked(), 0, "redirects are not followed");
}

#[tokio::test]
async fn an_issuer_that_is_slow_or_never_done_is_given_up_after_five_seconds() {
    let slow = Answer::late_keys(Duration::from_secs(60), &[ed().jwk()]);
    let waits = [slow, Answer::Trickle].map(|answer| async {
        let issuer = Issuer::that(answer).await;
        let started = Instant::now();
        let told = nobody_can_tell(&tokens(&issuer), &token(&ed()), 0).await;
        assert!(told.contains("did not answer"), "{told}");
        started.elapsed()
    });
    let [slow, trickle] = waits;
    for waited in <[Duration; 2]>::from(tokio::join!(slow, trickle)) {
        assert!((4..9).contains(&waited.as_secs()), "{waited:?}");
    }
}

#[tokio::test]
async fn good_keys_are_kept_for_a_day_while_the_issuer_is_down() {
    let mut issuer = Issuer::with(&[ed().jwk()]).await;
    let tokens = tokens(&issuer);
    let (known, unseen) = (
        lasting(&ed()),
        claiming(&ed(), &json!({"exp": 4_000_000_001_i64})),
    );
    tokens.verify(&known, now()).await.expect("is good");
    issuer.stop().await;
    for second in [1, 300, 3_600, DAY - 1] {
        tokens
            .verify(&known, after(second))
            .await
            .expect("is still good");
        let fault = tokens.refresh(after(second)).await;
        let unavailable = matches!(
            fault,
            Err(Fault::Unavailable {
                backend: "issuer",
                ..
            })
        );
        assert!(second < 10 || unavailable, "{second}: {fault:?}");
    }
    tokens
        .verify(&unseen, after(DAY - 1))
        .await
        .expect("is good, and new");
    for token in [&known, &unseen] {
        let told = nobody_can_tell(&tokens, token, DAY).await;
        assert!(told.contains("did not answer"), "{told}");
    }
    issuer.start().await;
    let healed = tokens.verify(&known, after(DAY + 20)).await;
    assert!(healed.is_ok(), "{healed:?}");
}

/// The key may be a new one: 401 would have its owner throw away a good token.
#[tokio::test]
async fn an_unknown_key_is_not_called_wrong_while_the_issuer_is_down() {
    let mut issuer = Issuer::with(&[ed().jwk()]).await;
    let tokens = tokens(&issuer);
    tokens.verify(&token(&ed()), now()).await.expect("is good");
    issuer.stop().await;
    let new = Signer::ed25519("new", 2);
    let told = nobody_can_tell(&tokens, &token(&new), 10).await;
    assert!(told.contains("did not answer"), "{told}");
    issuer.start().await;
    issuer.answers(Answer::keys(&[ed().jwk(), new.jwk()]));
    tokens
        .verify(&token(&new), after(20))
        .await
        .expect("is good");
}

#[tokio::test]
async fn what_cannot_be_good_is_refused_also_when_nobody_can_tell() {
    let mut issuer = Issuer::with(&[]).await;
    issuer.stop().await;
    let tokens = tokens(&issuer);
    for hostile in [
        "a.b".to_owned(),
        headed(&ed(), &json!({"alg": "none"})),
        headed(&ed(), &json!({"jku": "https://evil.example"})),
        headed(&ed(), &json!({"typ": "logout+jwt"})),
        "a".repeat(10_000),
    ] {
        let outcome = tokens.verify(&hostile, now()).await;
        assert!(
            matches!(outcome, Err(ForeignTokenError::Invalid { .. })),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn keys_that_are_no_use_do_not_spoil_those_that_are() {
    let broken = [
        json!("text"),
        json!({}),
        merged(ed().jwk(), &json!({"kid": 7})),
        merged(ed().jwk(), &json!({"kid": "short", "x": "AA"})),
    ];
    let keys = [&broken[..], &[ed().jwk()]].concat();
    let issuer = Issuer::with(&keys).await;
    tokens(&issuer)
        .verify(&token(&ed()), now())
        .await
        .expect("is good");
}

#[tokio::test]
async fn an_issuer_that_is_away_at_the_start_is_believed_when_it_comes() {
    let mut issuer = Issuer::with(&[ed().jwk()]).await;
    issuer.stop().await;
    let tokens = tokens(&issuer);
    assert!(tokens.refresh(now()).await.is_err());
    nobody_can_tell(&tokens, &token(&ed()), 1).await;
    issuer.start().await;
    nobody_can_tell(&tokens, &token(&ed()), 9).await;
    tokens
        .verify(&token(&ed()), after(10))
        .await
        .expect("is good");
}
