//! What everybody promises who signs and checks with keys that take turns.

use crate::builders::{a_signing_key, moment};
use domain::ids::{SessionId, UserId};
use domain::signing_keys::OVERLAP;
use ports::Fault;
use ports::accounts::{Bearer, TokenError, Tokens};
use ports::signing_keys::{Keyring, SigningKey};
use uuid::Uuid;

/// Signs, checks, and takes keys.
pub trait Signer: Tokens + Keyring {}

impl<T: Tokens + Keyring> Signer for T {}

fn ada() -> Bearer {
    Bearer {
        user: UserId::new(Uuid::from_u128(0xada)),
        session: SessionId::new(Uuid::from_u128(1)),
    }
}

fn issue(signer: &dyn Signer, at: i64) -> String {
    let token = signer.issue(ada(), moment(at)).expect("signs").token;
    token.into_revealed()
}

fn verify(signer: &dyn Signer, token: &str, at: i64) -> Result<Bearer, TokenError> {
    signer.verify(token, moment(at))
}

fn take(signer: &dyn Signer, keys: &[&SigningKey]) {
    let keys: Vec<SigningKey> = keys.iter().map(|key| (*key).clone()).collect();
    signer.take(&keys).expect("are keys");
}

/// Two keys, of which the second signs from second 100 on.
fn two() -> [SigningKey; 2] {
    [0, 100].map(a_signing_key)
}

/// The second one for those who have never heard of the first.
fn is_signed_by(signer: &dyn Signer, key: &SigningKey, token: &str, at: i64) -> bool {
    take(signer, &[key]);
    verify(signer, token, at).is_ok()
}

/// The order in which they are given does not matter.
pub async fn the_key_signs_whose_turn_it_is(signer: &dyn Signer) {
    let [one, two] = two();
    take(signer, &[&two, &one]);
    let (before, after) = (issue(signer, 99), issue(signer, 100));
    assert!(is_signed_by(signer, &one, &before, 101));
    assert!(!is_signed_by(signer, &two, &before, 101));
    assert!(is_signed_by(signer, &two, &after, 101));
    assert!(!is_signed_by(signer, &one, &after, 101));
}

/// Also those that this process has never seen.
pub async fn what_a_retired_key_signed_stays_good_until_it_expires(signer: &dyn Signer) {
    let [one, two] = two();
    take(signer, &[&one]);
    let (seen, unseen) = (issue(signer, 99), issue(signer, 98));
    assert_eq!(verify(signer, &seen, 99), Ok(ada()));
    take(signer, &[&one, &two]);
    for at in [100, 101, 500, 997] {
        assert_eq!(verify(signer, &seen, at), Ok(ada()), "at {at}");
        assert_eq!(verify(signer, &unseen, at), Ok(ada()), "at {at}");
    }
    assert_eq!(verify(signer, &seen, 999), Err(TokenError::Expired));
}

/// So that two processes need not switch in the same moment.
pub async fn what_a_published_key_signs_is_good_before_its_turn(signer: &dyn Signer) {
    let [one, two] = two();
    take(signer, &[&one, &two]);
    let early = issue(signer, 100);
    assert_eq!(verify(signer, &early, 50), Ok(ada()));
}

/// Whether or not it was seen before, and whatever else has stayed.
pub async fn what_a_removed_key_signed_is_invalid_at_once(signer: &dyn Signer) {
    let [one, two] = two();
    take(signer, &[&one, &two]);
    let (seen, unseen, other) = (issue(signer, 98), issue(signer, 99), issue(signer, 100));
    for token in [&seen, &other] {
        assert_eq!(verify(signer, token, 100), Ok(ada()));
    }
    take(signer, &[&two]);
    for token in [&seen, &unseen] {
        assert_eq!(verify(signer, token, 100), Err(TokenError::Invalid));
    }
    assert_eq!(verify(signer, &other, 100), Ok(ada()));
    // A key that comes back is believed again: nothing was remembered against it.
    take(signer, &[&one, &two]);
    assert_eq!(verify(signer, &seen, 100), Ok(ada()));
}

/// Its tokens have all expired by then; what it signs now is somebody else's work.
pub async fn what_a_key_signs_after_it_is_over_is_invalid(signer: &dyn Signer) {
    let [one, two] = two();
    let over = 100 + OVERLAP.as_secs();
    take(signer, &[&one]);
    let forged = issue(signer, over);
    assert_eq!(verify(signer, &forged, over), Ok(ada()));
    take(signer, &[&one, &two]);
    assert_eq!(verify(signer, &forged, over - 1), Ok(ada()));
    assert_eq!(verify(signer, &forged, over), Err(TokenError::Invalid));
}

/// The published, the one that signs, and the retired.
pub async fn every_key_is_published(signer: &dyn Signer) {
    let [one, two] = two();
    let lists = |key: &SigningKey| signer.jwks().contains(&key.id.to_string());
    take(signer, &[&one]);
    assert!(lists(&one) && !lists(&two));
    take(signer, &[&one, &two]);
    assert!(lists(&one) && lists(&two));
    take(signer, &[&two]);
    assert!(!lists(&one) && lists(&two));
    assert!(!signer.jwks().contains("\"d\""), "{}", signer.jwks());
}

/// The good ones are kept.
pub async fn no_keys_at_all_are_not_taken(signer: &dyn Signer) {
    let one = a_signing_key(0);
    take(signer, &[&one]);
    let token = issue(signer, 0);
    let refused = signer.take(&[]);
    assert!(matches!(refused, Err(Fault::Broken { .. })), "{refused:?}");
    assert_eq!(verify(signer, &token, 0), Ok(ada()));
    assert!(signer.jwks().contains(&one.id.to_string()));
}

/// Runs the contract over `$fixture`, a future that gives an issuer of tokens that takes keys.
#[macro_export]
macro_rules! keyring_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::keyring,
            $fixture,
            [
                the_key_signs_whose_turn_it_is,
                what_a_retired_key_signed_stays_good_until_it_expires,
                what_a_published_key_signs_is_good_before_its_turn,
                what_a_removed_key_signed_is_invalid_at_once,
                what_a_key_signs_after_it_is_over_is_invalid,
                every_key_is_published,
                no_keys_at_all_are_not_taken,
            ]
        );
    };
}
