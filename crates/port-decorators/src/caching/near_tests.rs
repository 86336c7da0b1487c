//! Somebody is remembered for a second at most, never without a living ticket, never while it is off.

use super::{LIFETIME, Look, Near, Ticket};
use core::time::Duration;
use domain::accounts::User;
use domain::ids::UserId;
use std::sync::Arc;
use testkit::contracts::user_cache::person;
use tokio::time::{Instant, advance};
use uuid::Uuid;

fn somebody(number: u128) -> Arc<User> {
    Arc::new(person(UserId::new(Uuid::from_u128(number)), 1))
}

fn on(capacity: usize) -> Near {
    let near = Near::new(capacity);
    near.switch_on();
    near
}

fn ticket(near: &Near, user: &User) -> Ticket {
    match near.look(user.id) {
        Look::Missing(ticket) => ticket,
        Look::Found(_) => panic!("is remembered"),
        Look::Off => panic!("is off"),
    }
}

fn knows(near: &Near, user: &User) -> bool {
    matches!(near.look(user.id), Look::Found(_))
}

fn keep(near: &Near, user: &Arc<User>) {
    near.keep(ticket(near, user), Arc::clone(user), Instant::now());
}

#[tokio::test(start_paused = true)]
async fn somebody_is_remembered_for_a_second_from_when_they_were_asked_for() {
    let (near, ada) = (on(100), somebody(1));
    let (ticket, asked) = (ticket(&near, &ada), Instant::now());
    advance(Duration::from_millis(300)).await;
    near.keep(ticket, Arc::clone(&ada), asked);
    assert!(knows(&near, &ada));
    advance(LIFETIME - Duration::from_millis(301)).await;
    assert!(knows(&near, &ada));
    advance(Duration::from_millis(1)).await;
    assert!(!knows(&near, &ada));
}

#[tokio::test]
async fn whoever_was_forgotten_meanwhile_is_not_remembered() {
    let (near, ada) = (on(100), somebody(1));
    let before = ticket(&near, &ada);
    near.forget(ada.id);
    near.keep(before, Arc::clone(&ada), Instant::now());
    assert!(!knows(&near, &ada));
    keep(&near, &ada);
    assert!(knows(&near, &ada));
    near.forget(ada.id);
    assert!(!knows(&near, &ada));
}

#[tokio::test]
async fn nobody_is_remembered_while_it_is_off_nor_from_before() {
    let (near, ada) = (Near::new(100), somebody(1));
    assert!(matches!(near.look(ada.id), Look::Off));
    near.switch_on();
    keep(&near, &ada);
    let before = ticket(&near, &somebody(2));
    near.switch_off();
    assert!(matches!(near.look(ada.id), Look::Off));
    near.keep(before, somebody(2), Instant::now());
    near.switch_on();
    assert!(!knows(&near, &ada));
    assert!(!knows(&near, &somebody(2)));
}

#[tokio::test]
async fn switching_on_once_more_forgets_everybody() {
    let (near, ada) = (on(100), somebody(1));
    keep(&near, &ada);
    let before = ticket(&near, &somebody(2));
    near.switch_on();
    near.keep(before, somebody(2), Instant::now());
    assert!(!knows(&near, &ada));
    assert!(!knows(&near, &somebody(2)));
}

#[tokio::test(start_paused = true)]
async fn it_is_never_fuller_than_it_may_be_and_makes_room_for_the_living() {
    let near = on(128);
    let remembered = |people: &[Arc<User>]| people.iter().filter(|user| knows(&near, user)).count();
    let first: Vec<_> = (0..1_000).map(somebody).collect();
    first.iter().for_each(|user| keep(&near, user));
    assert_eq!(remembered(&first), 128);
    advance(LIFETIME).await;
    let second: Vec<_> = (1_000..2_000).map(somebody).collect();
    second.iter().for_each(|user| keep(&near, user));
    assert_eq!(remembered(&second), 128);
    // Who is there already takes no more room.
    let again = second
        .iter()
        .find(|user| knows(&near, user))
        .expect("some are there");
    let Look::Missing(ticket) = near.look(somebody(again.id.uuid().as_u128() % 64).id) else {
        panic!("has ended");
    };
    near.keep(ticket, Arc::clone(again), Instant::now());
    assert!(knows(&near, again));
}
