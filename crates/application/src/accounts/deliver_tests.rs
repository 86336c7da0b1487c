//! What the outbox worker does with an event, and with one that it cannot deliver.

use super::{Chain, DeliverEvents, Delivered, backoff};
use crate::fixtures::{clock, fault, image_id, now, rendition, user_id, version};
use domain::accounts::images::{ObjectKey, Variant};
use domain::events::{Event, EventKind};
use jiff::SignedDuration;
use ports::Fault;
use ports::accounts::{MockImageJanitor, MockObjectStore, MockUserCache};
use ports::outbox::{Delivery, MockOutbox};
use std::sync::Arc;

fn delivery(event: Event, attempts: u32) -> Delivery {
    Delivery {
        seq: 5,
        event,
        at: now(),
        request_id: "request-1".into(),
        traceparent: None,
        attempts,
    }
}

fn deleted() -> Event {
    Event::object(EventKind::ImageDeleted, user_id(1), image_id(3).uuid())
}

struct Parts {
    outbox: MockOutbox,
    janitor: MockImageJanitor,
    objects: MockObjectStore,
    cache: MockUserCache,
}

impl Parts {
    fn with(delivery: Delivery) -> Self {
        let (mut outbox, mut cache) = (MockOutbox::new(), MockUserCache::new());
        outbox
            .expect_claim()
            .withf(|from, until, limit| *from < *until && *limit == DeliverEvents::BATCH)
            .return_once(|_, _, _| Ok(vec![delivery]));
        cache
            .expect_kill()
            .withf(|user| *user == user_id(1))
            .times(1)
            .returning(|_| Ok(()));
        Self {
            outbox,
            janitor: MockImageJanitor::new(),
            objects: MockObjectStore::new(),
            cache,
        }
    }

    async fn run(self) -> Result<Delivered, Fault> {
        let Self {
            outbox,
            janitor,
            objects,
            cache,
        } = self;
        let (outbox, janitor, objects, cache) = (
            Arc::new(outbox),
            Arc::new(janitor),
            Arc::new(objects),
            Arc::new(cache),
        );
        DeliverEvents {
            outbox,
            janitor,
            objects,
            cache,
            clock: clock(),
        }
        .run()
        .await
    }
}

#[tokio::test]
async fn a_change_of_a_person_kills_what_the_cache_knows() {
    let mut parts = Parts::with(delivery(
        Event::user(EventKind::UserChanged, user_id(1), version(2)),
        0,
    ));
    parts
        .outbox
        .expect_settle()
        .withf(|seq| *seq == 5)
        .times(1)
        .returning(|_| Ok(()));
    assert_eq!(
        parts.run().await.unwrap(),
        Delivered {
            settled: 1,
            deferred: 0,
            more: false
        }
    );
}

#[tokio::test]
async fn the_objects_of_a_deleted_photo_go_before_it_is_buried() {
    let mut parts = Parts::with(delivery(deleted(), 0));
    let key = ObjectKey::of(user_id(1), image_id(3), rendition(Variant::Full).variant);
    let mut order = mockall::Sequence::new();
    parts
        .janitor
        .expect_doomed()
        .times(1)
        .in_sequence(&mut order)
        .return_once(move |_, _| Ok(Some(vec![key])));
    parts
        .objects
        .expect_delete()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    parts
        .janitor
        .expect_bury()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    parts
        .outbox
        .expect_settle()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    assert_eq!(parts.run().await.unwrap().settled, 1);
}

#[tokio::test]
async fn a_photo_that_is_not_doomed_keeps_its_objects() {
    let mut parts = Parts::with(delivery(deleted(), 0));
    parts.janitor.expect_doomed().return_once(|_, _| Ok(None));
    parts.outbox.expect_settle().times(1).returning(|_| Ok(()));
    assert_eq!(parts.run().await.unwrap().settled, 1);
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later() {
    let mut parts = Parts::with(delivery(deleted(), 3));
    let key = ObjectKey::of(user_id(1), image_id(3), Variant::Full);
    parts
        .janitor
        .expect_doomed()
        .return_once(move |_, _| Ok(Some(vec![key])));
    parts.objects.expect_delete().returning(|_| Err(fault()));
    let later = now().checked_add(SignedDuration::from_secs(8)).unwrap();
    parts
        .outbox
        .expect_defer()
        .withf(move |seq, until| (*seq, *until) == (5, later))
        .times(1)
        .returning(|_, _| Ok(()));
    assert_eq!(parts.run().await.unwrap().deferred, 1);
}

#[tokio::test]
async fn an_outbox_that_cannot_be_read_is_a_fault() {
    let mut outbox = MockOutbox::new();
    outbox.expect_claim().returning(|_, _, _| Err(fault()));
    let (janitor, objects, cache) = (
        Arc::new(MockImageJanitor::new()),
        Arc::new(MockObjectStore::new()),
        Arc::new(MockUserCache::new()),
    );
    assert!(
        DeliverEvents {
            outbox: Arc::new(outbox),
            janitor,
            objects,
            cache,
            clock: clock()
        }
        .run()
        .await
        .is_err()
    );
}

#[test]
fn waits_double_up_to_five_minutes() {
    let seconds: Vec<i64> = [0, 1, 2, 8, 9, 31, u32::MAX]
        .into_iter()
        .map(|attempts| backoff(attempts).as_secs())
        .collect();
    assert_eq!(seconds, [1, 2, 4, 256, 300, 300, 300]);
}

#[test]
fn a_logged_error_names_all_its_causes() {
    assert_eq!(
        Chain(&fault()).to_string(),
        "database is unavailable: it is away"
    );
}
