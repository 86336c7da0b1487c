//! Keys come and go at the issuer, and tokens with them.

use crate::support::issuer::{Answer, Issuer};
use crate::support::keys::Signer;
use crate::support::{after, now, token, tokens};
use adapter_identity::JwksTokens;
use jiff::Timestamp;
use ports::accounts::{ForeignTokenError, ForeignTokens as _};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// What becomes of a token when a question that nobody waits for is answered.
async fn refused(tokens: &JwksTokens, token: &str, at: Timestamp) -> ForeignTokenError {
    let refused = async {
        loop {
            match tokens.verify(token, at).await {
                Ok(_) => sleep(Duration::from_millis(20)).await,
                Err(error) => return error,
            }
        }
    };
    timeout(Duration::from_secs(10), refused)
        .await
        .expect("is refused in the end")
}

fn why(error: ForeignTokenError) -> &'static str {
    match error {
        ForeignTokenError::Invalid { why } => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_when_its_first_token_comes() {
    let (old, new) = (Signer::ed25519("old", 1), Signer::p256("new", 2));
    let issuer = Issuer::with(&[old.jwk()]).await;
    let tokens = tokens(&issuer);
    tokens.verify(&token(&old), now()).await.expect("is good");
    issuer.answers(Answer::keys(&[old.jwk(), new.jwk()]));
    let early = tokens.verify(&token(&new), after(9)).await;
    assert_eq!(
        why(early.expect_err("may not ask yet")),
        "its key is not known"
    );
    tokens
        .verify(&token(&new), after(10))
        .await
        .expect("is good");
    tokens
        .verify(&token(&old), after(10))
        .await
        .expect("is still good");
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn a_removed_key_ends_what_it_signed_remembered_or_not() {
    let (old, new) = (Signer::ed25519("old", 1), Signer::ed25519("new", 2));
    let issuer = Issuer::with(&[old.jwk(), new.jwk()]).await;
    let tokens = tokens(&issuer);
    for signer in [&old, &new] {
        tokens.verify(&token(signer), now()).await.expect("is good");
    }
    issuer.answers(Answer::keys(&[new.jwk()]));
    assert_eq!(tokens.refresh(after(60)).await.expect("answers"), 1);
    let ended = tokens.verify(&token(&old), after(60)).await;
    assert_eq!(why(ended.expect_err("is removed")), "its key is not known");
    tokens
        .verify(&token(&new), after(60))
        .await
        .expect("is good");
}

#[tokio::test]
async fn another_key_under_an_old_name_ends_what_the_old_one_signed() {
    let (old, new) = (Signer::ed25519("same", 1), Signer::ed25519("same", 2));
    let issuer = Issuer::with(&[old.jwk()]).await;
    let tokens = tokens(&issuer);
    tokens.verify(&token(&old), now()).await.expect("is good");
    issuer.answers(Answer::keys(&[new.jwk()]));
    tokens.refresh(after(60)).await.expect("answers");
    let ended = tokens.verify(&token(&old), after(60)).await;
    assert_eq!(
        why(ended.expect_err("is replaced")),
        "its signature is wrong"
    );
    tokens
        .verify(&token(&new), after(60))
        .await
        .expect("is good");
}

#[tokio::test]
async fn the_issuer_is_asked_every_five_minutes_and_nobody_waits_for_it() {
    let (old, new) = (Signer::ed25519("old", 1), Signer::ed25519("new", 2));
    let issuer = Issuer::with(&[old.jwk(), new.jwk()]).await;
    let tokens = tokens(&issuer);
    tokens.verify(&token(&old), now()).await.expect("is good");
    issuer.answers(Answer::late_keys(Duration::from_millis(300), &[new.jwk()]));
    tokens
        .verify(&token(&old), after(299))
        .await
        .expect("is good");
    assert_eq!(issuer.asked(), 1);
    tokens
        .verify(&token(&old), after(300))
        .await
        .expect("is good while it is asked");
    let ended = refused(&tokens, &token(&old), after(300)).await;
    assert_eq!(why(ended), "its key is not known");
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn whoever_comes_first_after_a_long_pause_waits_for_fresh_keys() {
    let (old, new) = (Signer::ed25519("old", 1), Signer::ed25519("new", 2));
    let issuer = Issuer::with(&[old.jwk()]).await;
    let tokens = tokens(&issuer);
    tokens.verify(&token(&old), now()).await.expect("is good");
    issuer.answers(Answer::late_keys(Duration::from_millis(200), &[new.jwk()]));
    let ended = tokens.verify(&token(&old), after(600)).await;
    assert_eq!(
        why(ended.expect_err("was removed meanwhile")),
        "its key is not known"
    );
    assert_eq!(issuer.asked(), 2);
}

/// It is what a fault at the issuer looks like, and no way to take keys back.
#[tokio::test]
async fn a_set_without_a_usable_key_keeps_the_old_ones_until_the_next_good_answer() {
    let (old, new) = (Signer::ed25519("old", 1), Signer::ed25519("new", 2));
    let nothing = [
        Answer::keys(&[]),
        Answer::keys(&[Signer::secret_jwk("old", b"a secret")]),
        Answer::keys(&[new.jwk(), Signer::p256("new", 2).jwk()]),
    ];
    for answer in nothing {
        let shown = format!("{answer:.60?}");
        let issuer = Issuer::with(&[old.jwk()]).await;
        let tokens = tokens(&issuer);
        tokens.verify(&token(&old), now()).await.expect("is good");
        issuer.answers(answer);
        assert!(tokens.refresh(after(60)).await.is_err(), "{shown}");
        let kept = tokens.verify(&token(&old), after(60)).await;
        assert!(kept.is_ok(), "{shown}: {kept:?}");
        let unknown = tokens.verify(&token(&new), after(60)).await;
        let unavailable = matches!(unknown, Err(ForeignTokenError::KeysUnavailable(_)));
        assert!(unavailable, "{shown}: {unknown:?}");
        issuer.answers(Answer::keys(&[new.jwk()]));
        tokens.refresh(after(120)).await.expect("answers");
        let ended = tokens.verify(&token(&old), after(120)).await;
        assert_eq!(why(ended.expect_err("is removed")), "its key is not known");
    }
}

#[tokio::test]
async fn keys_with_one_name_come_back_when_one_of_them_goes() {
    let (one, other) = (Signer::ed25519("twin", 1), Signer::p256("twin", 2));
    let issuer = Issuer::with(&[one.jwk(), other.jwk()]).await;
    let tokens = tokens(&issuer);
    for signer in [&one, &other] {
        assert!(tokens.verify(&token(signer), now()).await.is_err());
    }
    issuer.answers(Answer::keys(&[other.jwk()]));
    tokens
        .verify(&token(&other), after(10))
        .await
        .expect("is good");
}
