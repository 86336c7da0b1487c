//! The rules of asking, to the second.

use super::{COOLDOWN, KEPT_WHILE_DOWN, REFRESH_EVERY, State, UNASKED};
use crate::jwks::SignatureAlgorithm;
use crate::jwks::fetch::FetchError;
use crate::jwks::key_set::KeySet;
use jiff::{SignedDuration, Timestamp};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn start() -> Timestamp {
    Timestamp::from_second(1_767_600_000).expect("is an instant")
}

fn keys() -> KeySet {
    let set = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    KeySet::parse(set, &SignatureAlgorithm::ALL).expect("is a set")
}

fn answered() -> State {
    let mut state = State::default();
    state.ask(start());
    state.land(Ok(keys()));
    state
}

#[test]
fn at_first_the_issuer_must_be_asked_and_waited_for() {
    let state = State::default();
    assert!(state.may_ask(start()) && state.is_due(start()) && state.is_unasked(start()));
    assert!(!state.has_keys(start()));
}

#[test]
fn while_it_is_being_asked_nobody_asks_again() {
    let mut state = State::default();
    state.ask(start());
    let later = start() + SignedDuration::from_hours(1);
    assert!(!state.may_ask(later) && !state.is_due(later));
}

#[test]
fn a_need_asks_again_after_the_cooldown_and_nobody_else_before_five_minutes() {
    let state = answered();
    assert!(!state.may_ask(start() + COOLDOWN - SECOND));
    assert!(state.may_ask(start() + COOLDOWN));
    assert!(!state.is_due(start() + REFRESH_EVERY - SECOND));
    assert!(state.is_due(start() + REFRESH_EVERY));
    assert!(!state.is_unasked(start() + UNASKED - SECOND));
    assert!(state.is_unasked(start() + UNASKED));
}

#[test]
fn what_was_not_answered_is_asked_again_soon_and_not_waited_for() {
    let mut state = answered();
    let later = start() + REFRESH_EVERY;
    state.ask(later);
    state.land(Err(FetchError::BrokenOff));
    assert!(!state.is_due(later + COOLDOWN - SECOND));
    assert!(state.is_due(later + COOLDOWN));
    assert!(!state.is_unasked(start() + UNASKED));
    assert!(state.has_keys(later));
}

#[test]
fn keys_are_kept_for_a_day_without_an_answer() {
    let mut state = answered();
    state.ask(start() + KEPT_WHILE_DOWN - SECOND);
    state.land(Err(FetchError::BrokenOff));
    assert!(state.has_keys(start() + KEPT_WHILE_DOWN - SECOND));
    assert!(!state.has_keys(start() + KEPT_WHILE_DOWN));
    state.ask(start() + KEPT_WHILE_DOWN);
    state.land(Ok(keys()));
    assert!(state.has_keys(start() + KEPT_WHILE_DOWN) && state.failure.is_none());
}

/// Requests overtake each other by milliseconds; that is not a clock that was put back.
#[test]
fn a_clock_that_is_put_back_does_not_stop_the_asking() {
    let state = answered();
    assert!(!state.may_ask(start() - SECOND) && !state.is_due(start() - SECOND));
    assert!(state.may_ask(start() - COOLDOWN));
    assert!(state.is_due(start() - REFRESH_EVERY));
}

#[test]
fn a_set_without_a_usable_key_is_no_answer() {
    let mut state = answered();
    state.ask(start() + REFRESH_EVERY);
    state.land(Err(FetchError::NoKeys));
    assert!(state.has_keys(start() + REFRESH_EVERY) && state.failure.is_some());
    assert!(!state.has_keys(start() + KEPT_WHILE_DOWN));
}
