//! What everybody promises who says which objects have to go.

use super::images::{QUOTA, added, count, entered, reserved, room};
use crate::Repositories;
use crate::builders::{a_commit, a_pending_image, an_id, moment};
use domain::accounts::images::{ImageState, ObjectKey, Variant};
use domain::ids::{ImageId, UserId};
use std::collections::BTreeSet;

async fn abort(db: &Repositories, now: i64) -> u64 {
    db.image_janitor
        .abort_expired(moment(now))
        .await
        .expect("can be written")
}

async fn reapable(db: &Repositories, now: i64, limit: u32) -> Vec<ImageId> {
    db.image_janitor
        .reapable(moment(now), limit)
        .await
        .expect("can be read")
}

async fn doomed(db: &Repositories, id: ImageId, now: i64) -> Option<BTreeSet<ObjectKey>> {
    let keys = db
        .image_janitor
        .doomed(id, moment(now))
        .await
        .expect("can be read");
    keys.map(|keys| keys.into_iter().collect())
}

fn keys(user: UserId, id: ImageId) -> BTreeSet<ObjectKey> {
    Variant::ALL
        .map(|variant| ObjectKey::of(user, id, variant))
        .into()
}

async fn aborted(db: &Repositories, user: UserId, reserved_at: i64) -> ImageId {
    let image = a_pending_image(user)
        .reserved_at(moment(reserved_at))
        .build();
    let image = reserved(db, image).await;
    assert_eq!(abort(db, reserved_at + 60).await, 1);
    image.id
}

async fn deleting(db: &Repositories, user: UserId) -> ImageId {
    let image = added(db, user).await;
    db.images
        .delete(user, image.id, &a_commit())
        .await
        .expect("is there");
    image.id
}

/// From the deadline on, each once, its room given back to its person.
pub async fn expired_uploads_are_aborted_and_their_room_given_back(db: &Repositories) {
    let (one, other) = (entered(db).await.id, entered(db).await.id);
    reserved(db, a_pending_image(one).of_bytes(2_000).build()).await;
    reserved(db, a_pending_image(one).of_bytes(3_000).build()).await;
    reserved(db, a_pending_image(other).of_bytes(4_000).build()).await;
    let young = a_pending_image(other)
        .reserved_at(moment(1))
        .of_bytes(5_000)
        .build();
    reserved(db, young).await;
    assert_eq!(abort(db, 59).await, 0);
    assert_eq!(abort(db, 60).await, 3);
    assert_eq!(
        (room(db, one).await, room(db, other).await),
        (QUOTA, QUOTA - 5_000)
    );
    assert_eq!(abort(db, 60).await, 0);
    assert_eq!(
        (
            count(db, ImageState::Aborted).await,
            count(db, ImageState::Pending).await
        ),
        (3, 1)
    );
}

/// A ready photo has no deadline any more.
pub async fn ready_photos_are_never_aborted(db: &Repositories) {
    let user = entered(db).await.id;
    added(db, user).await;
    assert_eq!(abort(db, 999_999).await, 0);
    assert_eq!(count(db, ImageState::Ready).await, 1);
}

/// A PUT that was begun before the deadline may land until 15 s after it.
pub async fn an_aborted_photo_is_reaped_after_its_quarantine(db: &Repositories) {
    let user = entered(db).await.id;
    let image = aborted(db, user, 0).await;
    assert_eq!(
        (reapable(db, 74, 9).await, doomed(db, image, 74).await),
        (vec![], None)
    );
    assert_eq!(reapable(db, 75, 9).await, [image]);
    assert_eq!(doomed(db, image, 75).await, Some(keys(user, image)));
}

/// Up to the limit.
pub async fn the_oldest_are_reaped_first(db: &Repositories) {
    let user = entered(db).await.id;
    let late = aborted(db, user, 200).await;
    let early = aborted(db, user, 0).await;
    let middle = aborted(db, user, 100).await;
    assert_eq!(reapable(db, 999, 2).await, [early, middle]);
    assert_eq!(reapable(db, 999, 9).await, [early, middle, late]);
}

/// Their event brings them; no quarantine, since all their PUTs ended before they were ready.
pub async fn a_deleted_photo_is_doomed_at_once(db: &Repositories) {
    let user = entered(db).await.id;
    let image = deleting(db, user).await;
    assert_eq!(doomed(db, image, 0).await, Some(keys(user, image)));
    assert_eq!(reapable(db, 999, 9).await, []);
}

/// Their objects must stay.
pub async fn ready_and_pending_photos_are_not_doomed(db: &Repositories) {
    let user = entered(db).await.id;
    let ready = added(db, user).await.id;
    let pending = reserved(db, a_pending_image(user).build()).await.id;
    for id in [ready, pending, ImageId::new(an_id())] {
        assert_eq!(doomed(db, id, 999_999).await, None);
    }
    assert_eq!(reapable(db, 999_999, 9).await, []);
}

/// And never comes back.
pub async fn a_buried_photo_is_gone(db: &Repositories) {
    let user = entered(db).await.id;
    for image in [deleting(db, user).await, aborted(db, user, 0).await] {
        for _ in 0..2 {
            db.image_janitor.bury(image).await.expect("can be buried");
            assert_eq!(doomed(db, image, 999).await, None);
        }
        let known = db
            .census
            .known(keys(user, image).into_iter().collect())
            .await;
        assert_eq!(known.expect("can be read"), BTreeSet::new());
    }
    assert_eq!(reapable(db, 999, 9).await, []);
    assert_eq!(count(db, ImageState::Gone).await, 2);
    assert!(
        db.images
            .history(user, None, 9)
            .await
            .expect("can be read")
            .is_empty()
    );
}

/// Whoever asks for it.
pub async fn ready_and_pending_photos_are_not_buried(db: &Repositories) {
    let user = entered(db).await.id;
    let ready = added(db, user).await;
    let pending = reserved(db, a_pending_image(user).build()).await;
    for id in [ready.id, pending.id, ImageId::new(an_id())] {
        db.image_janitor.bury(id).await.expect("is no error");
    }
    assert_eq!(
        (
            count(db, ImageState::Ready).await,
            count(db, ImageState::Pending).await
        ),
        (1, 1)
    );
    assert_eq!(
        db.images.find(user, ready.id).await.expect("can be read"),
        Some(ready)
    );
    db.images
        .publish(pending.id, &a_commit())
        .await
        .expect("is still pending");
}

/// Of the two exactly one gets the photo.
pub async fn publishing_and_aborting_at_once_do_not_both_happen(db: &Repositories) {
    let user = entered(db).await.id;
    let image = reserved(db, a_pending_image(user).build()).await;
    let commit = a_commit();
    let (published, aborted) = futures::join!(db.images.publish(image.id, &commit), abort(db, 60));
    assert_eq!(published.is_ok(), aborted == 0, "{published:?}");
    let expected = if published.is_ok() {
        ImageState::Ready
    } else {
        ImageState::Aborted
    };
    assert_eq!(count(db, expected).await, 1);
    let left = if published.is_ok() {
        QUOTA - 1_000
    } else {
        QUOTA
    };
    assert_eq!(room(db, user).await, left);
}

/// Of this person, in whatever state they are.
pub async fn photos_that_are_not_gone_are_counted(db: &Repositories) {
    let (user, other) = (entered(db).await.id, entered(db).await.id);
    let left = async |user| db.image_janitor.left_of(user).await.expect("can be read");
    assert_eq!(left(user).await, 0);
    aborted(db, user, 0).await;
    added(db, user).await;
    let going = deleting(db, user).await;
    added(db, other).await;
    assert_eq!((left(user).await, left(other).await), (3, 1));
    db.image_janitor.bury(going).await.expect("can be written");
    assert_eq!(left(user).await, 2);
}

/// With the keys of their objects; all others stay.
pub async fn only_photos_that_are_gone_are_forgotten(db: &Repositories) {
    let (user, other) = (entered(db).await.id, entered(db).await.id);
    let mut buried = Vec::new();
    for user in [user, user, other] {
        let id = deleting(db, user).await;
        db.image_janitor.bury(id).await.expect("can be written");
        buried.push(id);
    }
    let stays = added(db, user).await;
    let forget = async || db.image_janitor.forget(user).await.expect("can be written");
    assert_eq!((forget().await, forget().await), (2, 0));
    assert_eq!(count(db, ImageState::Gone).await, 1);
    let found = db.images.find(user, stays.id).await.expect("can be read");
    assert_eq!(found, Some(stays));
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! image_janitor_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::image_janitor,
            $fixture,
            [
                expired_uploads_are_aborted_and_their_room_given_back,
                ready_photos_are_never_aborted,
                an_aborted_photo_is_reaped_after_its_quarantine,
                the_oldest_are_reaped_first,
                a_deleted_photo_is_doomed_at_once,
                ready_and_pending_photos_are_not_doomed,
                a_buried_photo_is_gone,
                ready_and_pending_photos_are_not_buried,
                publishing_and_aborting_at_once_do_not_both_happen,
                photos_that_are_not_gone_are_counted,
                only_photos_that_are_gone_are_forgotten,
            ]
        );
    };
}
