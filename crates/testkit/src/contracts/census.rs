//! What every census of photos promises.

use super::images::{added, entered, reserved};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, a_user, an_id, moment};
use domain::Version;
use domain::accounts::images::{ImageState, ObjectKey, Variant};
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use ports::accounts::ImageCount;
use std::collections::BTreeSet;

async fn count(db: &Repositories) -> ImageCount {
    let mut count = db.census.count().await.expect("can be counted");
    count.by_state.sort_unstable();
    count
}

fn keys(user: UserId, image: ImageId) -> BTreeSet<ObjectKey> {
    Variant::ALL
        .map(|variant| ObjectKey::of(user, image, variant))
        .into()
}

/// Every state is there, with nothing in it.
pub async fn an_empty_database_counts_nothing(db: &Repositories) {
    let expected = ImageCount {
        by_state: ImageState::ALL.map(|state| (state, 0)).to_vec(),
        ..ImageCount::default()
    };
    assert_eq!(count(db).await, expected);
}

/// Each photo where it is.
pub async fn photos_are_counted_by_state(db: &Repositories) {
    let user = entered(db).await.id;
    let mut ready = Vec::new();
    for _ in 0..4 {
        ready.push(added(db, user).await.id);
    }
    for id in &ready[..2] {
        db.images
            .delete(user, *id, &a_commit())
            .await
            .expect("is there");
    }
    db.image_janitor
        .bury(ready[0])
        .await
        .expect("can be buried");
    reserved(db, a_pending_image(user).build()).await;
    db.image_janitor
        .abort_expired(moment(60))
        .await
        .expect("can be written");
    for second in [30, 10, 20] {
        reserved(
            db,
            a_pending_image(user).reserved_at(moment(second)).build(),
        )
        .await;
    }
    use ImageState::{Aborted, Deleting, Gone, Pending, Ready};
    let expected = [
        (Pending, 3),
        (Ready, 2),
        (Aborted, 1),
        (Deleting, 1),
        (Gone, 1),
    ];
    let count = count(db).await;
    assert_eq!(count.by_state, expected);
    assert_eq!(count.oldest_pending, Some(moment(10)));
}

/// Also those that are leased or deferred, until they are settled.
pub async fn waiting_events_are_counted(db: &Repositories) {
    for second in [30, 10, 20] {
        let user = a_user().build();
        let event = Event::user(EventKind::UserRegistered, user.id, Version::FIRST);
        let commit = a_commit().at(moment(second)).telling(event);
        db.users
            .add(&user, &commit)
            .await
            .expect("nothing is in the way");
    }
    let claimed = db
        .outbox
        .claim(moment(10), moment(99), 9)
        .await
        .expect("can be claimed");
    let waiting = count(db).await;
    assert_eq!(
        (waiting.outbox_waiting, waiting.outbox_oldest),
        (3, Some(moment(10)))
    );
    db.outbox
        .settle(claimed[0].seq)
        .await
        .expect("can be settled");
    let waiting = count(db).await;
    assert_eq!(
        (waiting.outbox_waiting, waiting.outbox_oldest),
        (2, Some(moment(20)))
    );
}

/// Whatever their state, until they are gone.
pub async fn keys_of_photos_that_are_not_gone_are_known(db: &Repositories) {
    let user = entered(db).await.id;
    let ready = added(db, user).await.id;
    let deleting = added(db, user).await.id;
    let gone = added(db, user).await.id;
    for id in [deleting, gone] {
        db.images
            .delete(user, id, &a_commit())
            .await
            .expect("is there");
    }
    db.image_janitor.bury(gone).await.expect("can be buried");
    let aborted = reserved(db, a_pending_image(user).build()).await.id;
    db.image_janitor
        .abort_expired(moment(60))
        .await
        .expect("can be written");
    let pending = reserved(db, a_pending_image(user).build()).await.id;
    let expected: BTreeSet<ObjectKey> = [ready, deleting, aborted, pending]
        .iter()
        .flat_map(|id| keys(user, *id))
        .collect();
    let asked = expected
        .iter()
        .cloned()
        .chain(keys(user, gone))
        .chain(keys(user, ImageId::new(an_id())));
    let known = db.census.known(asked.collect()).await.expect("can be read");
    assert_eq!(known, expected);
}

/// None, one twice, and more than fit into one query.
pub async fn any_number_of_keys_may_be_asked_for(db: &Repositories) {
    let user = entered(db).await.id;
    let image = added(db, user).await.id;
    assert_eq!(
        db.census.known(Vec::new()).await.expect("can be read"),
        BTreeSet::new()
    );
    let unknown = (0..3_000).flat_map(|_| keys(user, ImageId::new(an_id())));
    let asked = keys(user, image)
        .into_iter()
        .chain(unknown)
        .chain(keys(user, image));
    let known = db.census.known(asked.collect()).await.expect("can be read");
    assert_eq!(known, keys(user, image));
}

/// Pending and deleted ones are not, nor are those that never were.
pub async fn only_ready_photos_are_ready_among_those_asked_for(db: &Repositories) {
    let user = entered(db).await.id;
    let (ready, deleted) = (added(db, user).await.id, added(db, user).await.id);
    let deletion = db.images.delete(user, deleted, &a_commit()).await;
    deletion.expect("is there");
    let pending = a_pending_image(user).build();
    reserved(db, pending.clone()).await;
    let asked = vec![ready, deleted, pending.id, ImageId::new(an_id())];
    let found = db.census.ready_among(asked).await.expect("can be read");
    assert_eq!(found, BTreeSet::from([ready]));
}

/// With their keys, in pages, and nothing but ready ones.
pub async fn ready_photos_are_walked_in_the_order_of_their_ids(db: &Repositories) {
    let mut expected = Vec::new();
    for _ in 0..2 {
        let user = entered(db).await.id;
        for _ in 0..3 {
            let id = added(db, user).await.id;
            expected.push((id, keys(user, id)));
        }
        let deleted = added(db, user).await.id;
        db.images
            .delete(user, deleted, &a_commit())
            .await
            .expect("is there");
        reserved(db, a_pending_image(user).build()).await;
    }
    expected.sort();
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = db.census.ready(after, 4).await.expect("can be read");
        assert!(page.len() <= 4);
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        walked.extend(
            page.into_iter()
                .map(|(id, keys)| (id, BTreeSet::from_iter(keys))),
        );
    }
    assert_eq!(walked, expected);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! image_census_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::census,
            $fixture,
            [
                an_empty_database_counts_nothing,
                photos_are_counted_by_state,
                waiting_events_are_counted,
                keys_of_photos_that_are_not_gone_are_known,
                any_number_of_keys_may_be_asked_for,
                only_ready_photos_are_ready_among_those_asked_for,
                ready_photos_are_walked_in_the_order_of_their_ids,
            ]
        );
    };
}
