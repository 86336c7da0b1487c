//! What is known of changed access, for how long, and in whatever order it was heard.

use super::{CURRENT, KEPT, MemoryAccessView, SWEPT};
use core::time::Duration;
use domain::Version;
use domain::ids::{KeyId, SessionId, UserId};
use ports::accounts::{AccessChange, AccessView};
use tokio::time::{Instant, advance};
use uuid::Uuid;

fn user(number: u64) -> UserId {
    UserId::new(Uuid::from_u64_pair(0, number))
}

fn version(number: i64) -> Version {
    Version::parse(number).expect("is a version")
}

const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn what_was_heard_is_known_and_nothing_else() {
    let view = MemoryAccessView::default();
    let (session, key) = (SessionId::new(Uuid::max()), KeyId::new(Uuid::max()));
    assert!(!view.has_ended(session) && !view.is_revoked(key));
    view.note(&[AccessChange::Session(session), AccessChange::Key(key)]);
    assert!(view.has_ended(session) && view.is_revoked(key));
    assert!(!view.has_ended(SessionId::new(Uuid::nil())));
    assert!(!view.is_revoked(KeyId::new(Uuid::nil())));
}

#[tokio::test(start_paused = true)]
async fn the_latest_version_stays_in_whatever_order_words_come() {
    let view = MemoryAccessView::default();
    assert_eq!(view.least_version(user(1)), None);
    for (said, known) in [(3, 3), (2, 3), (3, 3), (5, 5)] {
        view.note(&[AccessChange::User(user(1), version(said))]);
        assert_eq!(view.least_version(user(1)), Some(version(known)));
    }
    assert_eq!(view.least_version(user(2)), None);
}

#[tokio::test(start_paused = true)]
async fn it_is_current_for_five_seconds_from_when_it_asked() {
    let view = MemoryAccessView::default();
    assert!(!view.is_current(), "it has heard nothing yet");
    view.caught_up(Instant::now());
    advance(CURRENT - MOMENT).await;
    assert!(view.is_current());
    advance(MOMENT).await;
    assert!(!view.is_current());
    let asked = Instant::now();
    advance(MOMENT).await;
    view.caught_up(asked);
    // An answer to an earlier question does not make it older.
    view.caught_up(asked - CURRENT);
    assert!(view.is_current());
}

#[tokio::test(start_paused = true)]
async fn what_is_older_than_any_token_is_forgotten() {
    let view = MemoryAccessView::default();
    let session = SessionId::new(Uuid::max());
    view.note(&[
        AccessChange::Session(session),
        AccessChange::User(user(1), version(3)),
    ]);
    advance(KEPT - MOMENT).await;
    view.note(&[AccessChange::User(user(2), version(1))]);
    assert!(view.has_ended(session));
    advance(SWEPT).await;
    view.note(&[AccessChange::User(user(3), version(1))]);
    assert!(!view.has_ended(session));
    assert_eq!(view.least_version(user(1)), None);
    assert_eq!(view.least_version(user(2)), Some(version(1)));
}
