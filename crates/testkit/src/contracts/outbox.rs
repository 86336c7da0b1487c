//! What every outbox promises.

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, an_id, moment};
use domain::Version;
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use ports::Commit;
use ports::outbox::Delivery;
use std::collections::BTreeSet;

async fn claim(db: &Repositories, now: i64, until: i64, limit: u32) -> Vec<Delivery> {
    db.outbox
        .claim(moment(now), moment(until), limit)
        .await
        .expect("can be claimed")
}

fn seqs(deliveries: &[Delivery]) -> Vec<i64> {
    deliveries.iter().map(|delivery| delivery.seq).collect()
}

/// Emits events about one new person; the outbox holds nothing else.
async fn emitted(db: &Repositories, events: &[EventKind], commit: Commit) -> UserId {
    let user = a_user().build();
    let tell = |commit: Commit, kind: &EventKind| {
        commit.telling(Event::user(*kind, user.id, Version::FIRST))
    };
    let commit = events.iter().fold(commit, tell);
    db.users
        .add(&user, &commit)
        .await
        .expect("nothing is in the way");
    user.id
}

/// Every field of every kind of event comes back.
pub async fn an_event_is_handed_out_as_it_was_emitted(db: &Repositories) {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let commit = Commit {
        traceparent: Some(trace.to_owned()),
        ..a_commit().at(moment(7))
    };
    let user = emitted(db, EventKind::ALL, commit).await;
    let claimed = claim(db, 7, 60, 100).await;
    let kinds: Vec<EventKind> = claimed.iter().map(|delivery| delivery.event.kind).collect();
    assert_eq!(kinds, EventKind::ALL);
    let first = &claimed[0];
    assert_eq!(
        first.event,
        Event::user(EventKind::ALL[0], user, Version::FIRST)
    );
    assert_eq!((first.at, first.attempts), (moment(7), 0));
    assert_eq!(
        (first.request_id.as_str(), first.traceparent.as_deref()),
        ("a-request", Some(trace))
    );
}

/// An object without a version, and no trace.
pub async fn an_event_about_an_object_is_handed_out(db: &Repositories) {
    let (user, object) = (a_user().build(), an_id());
    let event = Event::object(EventKind::ImageAdded, user.id, object);
    db.users
        .add(&user, &a_commit().telling(event.clone()))
        .await
        .expect("nothing is in the way");
    let claimed = claim(db, 0, 60, 9).await;
    assert_eq!(
        (claimed[0].event.clone(), claimed[0].traceparent.clone()),
        (event, None)
    );
}

/// Up to the limit.
pub async fn the_oldest_are_handed_out_first(db: &Repositories) {
    for _ in 0..5 {
        emitted(db, &[EventKind::UserRegistered], a_commit()).await;
    }
    let first = seqs(&claim(db, 0, 60, 2).await);
    let then = seqs(&claim(db, 0, 60, 9).await);
    assert_eq!((first.len(), then.len()), (2, 3));
    let all: Vec<i64> = first.into_iter().chain(then).collect();
    assert!(all.is_sorted(), "{all:?}");
}

/// From `until` on anybody may have it, and sees how often it was handed out.
pub async fn a_lease_ends_when_it_was_said_to(db: &Repositories) {
    emitted(db, &[EventKind::UserRegistered], a_commit()).await;
    assert_eq!(claim(db, 0, 60, 9).await.len(), 1);
    assert_eq!(claim(db, 0, 60, 9).await, []);
    assert_eq!(claim(db, 59, 90, 9).await, []);
    let again = claim(db, 60, 90, 9).await;
    assert_eq!(
        again
            .iter()
            .map(|delivery| delivery.attempts)
            .collect::<Vec<_>>(),
        [1]
    );
    assert_eq!(claim(db, 90, 99, 9).await[0].attempts, 2);
}

/// For good; an unknown one is no error.
pub async fn a_settled_event_is_forgotten(db: &Repositories) {
    emitted(
        db,
        &[EventKind::UserRegistered, EventKind::UserChanged],
        a_commit(),
    )
    .await;
    let claimed = claim(db, 0, 60, 9).await;
    db.outbox
        .settle(claimed[0].seq)
        .await
        .expect("can be settled");
    db.outbox
        .settle(claimed[0].seq)
        .await
        .expect("an unknown one is no error");
    assert_eq!(seqs(&claim(db, 99, 199, 9).await), [claimed[1].seq]);
}

/// Earlier or later than the lease would have ended.
pub async fn a_deferred_event_comes_back_when_it_was_said_to(db: &Repositories) {
    emitted(db, &[EventKind::UserRegistered], a_commit()).await;
    let seq = claim(db, 0, 60, 9).await[0].seq;
    db.outbox
        .defer(seq, moment(5))
        .await
        .expect("can be deferred");
    assert_eq!(claim(db, 4, 60, 9).await, []);
    assert_eq!(seqs(&claim(db, 5, 60, 9).await), [seq]);
    db.outbox
        .defer(seq, moment(600))
        .await
        .expect("can be deferred");
    assert_eq!(claim(db, 599, 999, 9).await, []);
    let again = claim(db, 600, 999, 9).await;
    assert_eq!((again[0].seq, again[0].attempts), (seq, 2));
    db.outbox
        .defer(i64::MAX, moment(0))
        .await
        .expect("an unknown one is no error");
}

/// One that waits holds up none that is due.
pub async fn a_deferred_event_does_not_stand_in_the_way(db: &Repositories) {
    emitted(
        db,
        &[EventKind::UserRegistered, EventKind::UserChanged],
        a_commit(),
    )
    .await;
    let claimed = claim(db, 0, 1, 9).await;
    db.outbox
        .defer(claimed[0].seq, moment(600))
        .await
        .expect("can be deferred");
    assert_eq!(seqs(&claim(db, 1, 60, 1).await), [claimed[1].seq]);
}

/// However many workers ask at once.
pub async fn nobody_gets_what_another_has(db: &Repositories) {
    emitted(db, &[EventKind::UserChanged; 40], a_commit()).await;
    let claims = (0..8).map(|_| claim(db, 0, 60, 10));
    let claimed = futures::future::join_all(claims).await.concat();
    let different: BTreeSet<i64> = seqs(&claimed).into_iter().collect();
    assert_eq!(
        different.len(),
        claimed.len(),
        "nothing is handed out twice"
    );
    let rest = claim(db, 0, 60, 100).await;
    assert_eq!(claimed.len() + rest.len(), 40);
}

/// Also when every earlier one was settled.
pub async fn later_events_have_greater_seqs(db: &Repositories) {
    emitted(db, &[EventKind::UserRegistered], a_commit()).await;
    let first = claim(db, 0, 60, 9).await[0].seq;
    db.outbox.settle(first).await.expect("can be settled");
    emitted(db, &[EventKind::UserRegistered], a_commit()).await;
    assert!(claim(db, 0, 60, 9).await[0].seq > first);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! outbox_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::outbox,
            $fixture,
            [
                an_event_is_handed_out_as_it_was_emitted,
                an_event_about_an_object_is_handed_out,
                the_oldest_are_handed_out_first,
                a_lease_ends_when_it_was_said_to,
                a_settled_event_is_forgotten,
                a_deferred_event_comes_back_when_it_was_said_to,
                a_deferred_event_does_not_stand_in_the_way,
                nobody_gets_what_another_has,
                later_events_have_greater_seqs,
            ]
        );
    };
}
