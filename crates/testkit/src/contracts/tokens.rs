//! What every issuer of access tokens promises.

use domain::ids::{SessionId, UserId};
use jiff::{SignedDuration, Timestamp};
use ports::accounts::{AccessToken, Bearer, TokenError, Tokens};
use uuid::Uuid;

fn ada() -> Bearer {
    on(0xada, 1)
}

fn on(user: u128, session: u128) -> Bearer {
    Bearer {
        user: UserId::new(Uuid::from_u128(user)),
        session: SessionId::new(Uuid::from_u128(session)),
    }
}

fn issued() -> Timestamp {
    Timestamp::from_second(1_767_600_000).expect("is an instant")
}

fn after(seconds: i64) -> Timestamp {
    issued() + SignedDuration::from_secs(seconds)
}

fn issue(tokens: &dyn Tokens) -> AccessToken {
    tokens.issue(ada(), issued()).expect("signs")
}

/// A token stands for the person and the device it was issued to, the second time too.
pub async fn a_token_stands_for_the_person_it_was_issued_to(tokens: &dyn Tokens) {
    let token = issue(tokens).token;
    for _ in 0..3 {
        assert_eq!(tokens.verify(token.reveal(), issued()), Ok(ada()));
    }
    for other in [on(0xb0b, 1), on(0xada, 2)] {
        let others = tokens.issue(other, issued()).expect("signs").token;
        assert_eq!(tokens.verify(others.reveal(), issued()), Ok(other));
    }
}

/// A token is good for 15 minutes, to the second, whether or not it was seen before.
pub async fn a_token_is_good_for_fifteen_minutes_to_the_second(tokens: &dyn Tokens) {
    let token = issue(tokens);
    assert_eq!(token.expires_in.as_secs(), 900);
    let token = token.token;
    assert_eq!(
        tokens.verify(token.reveal(), after(900)),
        Err(TokenError::Expired)
    );
    assert_eq!(tokens.verify(token.reveal(), after(899)), Ok(ada()));
    assert_eq!(
        tokens.verify(token.reveal(), after(900)),
        Err(TokenError::Expired)
    );
    assert_eq!(
        tokens.verify(token.reveal(), after(90_000)),
        Err(TokenError::Expired)
    );
}

/// Whatever is changed about a token, it is invalid; never merely expired.
pub async fn a_changed_token_is_invalid(tokens: &dyn Tokens) {
    let token = issue(tokens).token.into_revealed();
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'Q' } else { b'A' };
        let changed = String::from_utf8(changed).expect("is ASCII");
        assert_eq!(
            tokens.verify(&changed, issued()),
            Err(TokenError::Invalid),
            "at {at}"
        );
        assert_eq!(
            tokens.verify(&changed, after(901)),
            Err(TokenError::Invalid),
            "at {at}"
        );
    }
}

/// What is no token is invalid, however it looks.
pub async fn what_is_no_token_is_invalid(tokens: &dyn Tokens) {
    let token = issue(tokens).token.into_revealed();
    let cut = token
        .rsplit_once('.')
        .expect("has a signature")
        .0
        .to_owned();
    for no_token in [
        String::new(),
        "..".to_owned(),
        "Bearer".to_owned(),
        "x".repeat(1 << 20),
        cut.clone(),
        format!("{cut}."),
        format!("{token}."),
        format!("{token} "),
    ] {
        assert_eq!(
            tokens.verify(&no_token, issued()),
            Err(TokenError::Invalid),
            "{no_token:.80}"
        );
    }
}

/// The key set is public: it has keys, each with an id, and nothing private.
pub async fn the_key_set_has_public_keys_only(tokens: &dyn Tokens) {
    let jwks = tokens.jwks();
    assert!(
        jwks.contains("\"keys\"") && jwks.contains("\"kid\""),
        "{jwks}"
    );
    assert!(!jwks.contains("\"d\""), "{jwks}");
}

/// Runs the contract over `$fixture`, a future that gives an issuer of tokens.
#[macro_export]
macro_rules! tokens_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::tokens,
            $fixture,
            [
                a_token_stands_for_the_person_it_was_issued_to,
                a_token_is_good_for_fifteen_minutes_to_the_second,
                a_changed_token_is_invalid,
                what_is_no_token_is_invalid,
                the_key_set_has_public_keys_only,
            ]
        );
    };
}
