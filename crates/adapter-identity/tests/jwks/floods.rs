//! Names of keys are free to make up: a flood of them reaches neither the issuer nor those with good tokens.

use crate::support::issuer::{Answer, Issuer};
use crate::support::keys::Signer;
use crate::support::{after, claiming, headed, now, token, tokens};
use adapter_identity::JwksTokens;
use ports::accounts::{ForeignTokenError, ForeignTokens as _};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const FLOOD: usize = 1_000;

fn ed() -> Signer {
    Signer::ed25519("ed", 1)
}

/// Tokens that name keys which nobody has, all at once.
fn flood(tokens: &Arc<JwksTokens>, second: i64) -> JoinSet<Result<(), ForeignTokenError>> {
    let mut flood = JoinSet::new();
    for number in 0..FLOOD {
        let (tokens, kid) = (Arc::clone(tokens), format!("made up {second} {number}"));
        flood.spawn(async move {
            let token = headed(&ed(), &json!({ "kid": kid }));
            tokens.verify(&token, after(second)).await.map(|_| ())
        });
    }
    flood
}

async fn all_invalid(flood: JoinSet<Result<(), ForeignTokenError>>) {
    for outcome in flood.join_all().await {
        assert!(
            matches!(outcome, Err(ForeignTokenError::Invalid { .. })),
            "{outcome:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_asks_the_issuer_once_in_ten_seconds() {
    let issuer = Issuer::with(&[ed().jwk()]).await;
    let tokens = Arc::new(tokens(&issuer));
    tokens.verify(&token(&ed()), now()).await.expect("is good");
    for (second, asked) in [(0, 1), (9, 1), (10, 2), (15, 2), (19, 2), (20, 3)] {
        all_invalid(flood(&tokens, second)).await;
        assert_eq!(issuer.asked(), asked, "at {second} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_at_a_process_that_knows_no_key_yet_asks_once() {
    let late = Answer::late_keys(Duration::from_millis(300), &[ed().jwk()]);
    let issuer = Issuer::that(late).await;
    let tokens = Arc::new(tokens(&issuer));
    let flood = flood(&tokens, 0);
    tokens.verify(&token(&ed()), now()).await.expect("is good");
    all_invalid(flood).await;
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn good_tokens_do_not_wait_while_a_flood_waits_for_a_slow_issuer() {
    let issuer = Issuer::with(&[ed().jwk()]).await;
    let tokens = Arc::new(tokens(&issuer));
    tokens.verify(&token(&ed()), now()).await.expect("is good");
    issuer.answers(Answer::late_keys(Duration::from_secs(4), &[ed().jwk()]));
    let mut flood = flood(&tokens, 10);
    while issuer.asked() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for number in 0..20 {
        let unseen = claiming(&ed(), &json!({"jti": format!("{number}")}));
        tokens.verify(&unseen, after(10)).await.expect("is good");
        tokens
            .verify(&token(&ed()), after(10))
            .await
            .expect("is remembered");
    }
    assert!(
        flood.try_join_next().is_none(),
        "the flood waits for the issuer still"
    );
    all_invalid(flood).await;
    assert_eq!(issuer.asked(), 2);
}

/// Otherwise whoever asks and leaves, every ten seconds, keeps new keys from ever being learned.
#[tokio::test]
async fn whoever_leaves_does_not_take_the_question_along() {
    let new = Signer::ed25519("new", 2);
    let issuer = Issuer::with(&[ed().jwk()]).await;
    let tokens = tokens(&issuer);
    tokens.verify(&token(&ed()), now()).await.expect("is good");
    issuer.answers(Answer::late_keys(
        Duration::from_secs(1),
        &[ed().jwk(), new.jwk()],
    ));
    let made_up = headed(&ed(), &json!({"kid": "made up"}));
    let left = tokens.verify(&made_up, after(10));
    let left = tokio::time::timeout(Duration::from_millis(20), left).await;
    assert!(left.is_err(), "leaves before the answer");
    tokens
        .verify(&token(&new), after(11))
        .await
        .expect("is good");
    assert_eq!(issuer.asked(), 2);
}
