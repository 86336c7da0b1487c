//! Which refresh token is worth what, to the nanosecond.

use super::{Client, Presented, Session};
use crate::ids::{SessionId, UserId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

fn began() -> Timestamp {
    Timestamp::from_second(1_767_600_000).expect("is an instant")
}

fn after(time: SignedDuration) -> Timestamp {
    began().checked_add(time).expect("is an instant")
}

fn session(generation: u32) -> Session {
    let (id, user) = (SessionId::new(Uuid::max()), UserId::new(Uuid::nil()));
    Session {
        generation,
        ..Session::begin(id, user, None, began())
    }
}

const NANO: SignedDuration = SignedDuration::from_nanos(1);

#[test]
fn the_living_token_is_good_for_thirty_days_and_not_a_moment_longer() {
    let living = session(3);
    assert_eq!(living.presented(3, began()), Presented::Living);
    assert_eq!(
        living.presented(3, after(Session::LIFETIME - NANO)),
        Presented::Living
    );
    assert_eq!(
        living.presented(3, after(Session::LIFETIME)),
        Presented::Over
    );
}

#[test]
fn a_token_that_was_just_replaced_gets_its_successor_for_thirty_seconds() {
    let session = session(3);
    assert_eq!(session.presented(2, began()), Presented::JustReplaced);
    assert_eq!(
        session.presented(2, after(Session::GRACE - NANO)),
        Presented::JustReplaced
    );
    assert_eq!(
        session.presented(2, after(Session::GRACE)),
        Presented::Reused
    );
}

#[test]
fn an_older_token_is_reused_however_soon_it_comes() {
    assert_eq!(session(3).presented(1, began()), Presented::Reused);
    assert_eq!(session(3).presented(0, began()), Presented::Reused);
}

#[test]
fn a_number_that_was_never_given_out_is_nothing() {
    assert_eq!(session(3).presented(4, began()), Presented::Over);
    assert_eq!(
        session(u32::MAX).presented(u32::MAX, began()),
        Presented::Living
    );
    assert_eq!(session(u32::MAX).rotated(began()), None);
}

#[test]
fn rotating_counts_on_and_begins_the_thirty_days_anew() {
    let later = after(SignedDuration::from_hours(1));
    let rotated = session(1).rotated(later).expect("there are more numbers");
    assert_eq!((rotated.generation, rotated.started_at), (2, began()));
    assert_eq!(
        rotated.expires_at(),
        later.checked_add(Session::LIFETIME).expect("is an instant")
    );
}

#[test]
fn what_a_client_says_of_itself_is_cut_and_never_trusted() {
    let client = |raw: &str| Client::read(raw).map(|client| client.reveal().to_owned());
    assert_eq!(client(" curl/8.1 "), Some("curl/8.1".to_owned()));
    assert_eq!(client(&"a".repeat(500)), Some("a".repeat(200)));
    assert_eq!(client("a\u{202e}b"), None);
    assert_eq!(client("  "), None);
}
