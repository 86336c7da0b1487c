//! Last transaction of an upload.

use super::{
    QUOTA, added, count, delete_person, entered, events, published, recorded, reserved, room, rows,
    stored,
};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, an_id, moment};
use domain::accounts::images::{Image, ImageState};
use domain::audit::Action;
use domain::events::{Event, EventKind};
use domain::ids::ImageId;
use ports::accounts::PublishImageError;

/// As it was reserved, with its place in the history.
pub async fn a_published_photo_is_whole(db: &Repositories) {
    let user = entered(db).await.id;
    let pending = a_pending_image(user)
        .transparent()
        .taken_at(moment(-99))
        .build();
    let pending = reserved(db, pending).await;
    let expected = Image {
        id: pending.id,
        user,
        seq: 1,
        taken_at: Some(moment(-99)),
        created_at: moment(0),
        renditions: pending.renditions.clone(),
    };
    assert_eq!(published(db, &pending).await, expected);
    assert_eq!(
        db.images.find(user, pending.id).await.expect("can be read"),
        Some(expected)
    );
}

/// To the microsecond.
pub async fn publishing_before_the_deadline_is_in_time_and_at_it_is_not(db: &Repositories) {
    let user = entered(db).await.id;
    let [late, early] = [(); 2].map(|()| a_pending_image(user).build());
    for image in [&late, &early] {
        reserved(db, image.clone()).await;
    }
    let outcome = db
        .images
        .publish(late.id, &a_commit().at(late.deadline))
        .await;
    assert!(
        matches!(outcome, Err(PublishImageError::Expired)),
        "{outcome:?}"
    );
    let microsecond = jiff::SignedDuration::from_micros(1);
    let last = early
        .deadline
        .checked_sub(microsecond)
        .expect("is an instant");
    db.images
        .publish(early.id, &a_commit().at(last))
        .await
        .expect("is in time");
}

/// Neither twice, nor after the reaper, nor from nowhere.
pub async fn nothing_but_a_pending_photo_is_published(db: &Repositories) {
    let user = entered(db).await.id;
    let ready = added(db, user).await.id;
    let deleted = added(db, user).await.id;
    db.images
        .delete(user, deleted, &a_commit())
        .await
        .expect("is there");
    let aborted = reserved(db, a_pending_image(user).build()).await.id;
    db.image_janitor
        .abort_expired(moment(60))
        .await
        .expect("can be written");
    for id in [ready, deleted, aborted, ImageId::new(an_id())] {
        let outcome = db.images.publish(id, &a_commit()).await;
        assert!(
            matches!(outcome, Err(PublishImageError::Expired)),
            "{outcome:?}"
        );
    }
    assert_eq!(
        (
            count(db, ImageState::Ready).await,
            count(db, ImageState::Aborted).await
        ),
        (1, 1)
    );
}

/// They were deleted meanwhile.
pub async fn publishing_for_a_deleted_person_is_too_late(db: &Repositories) {
    let user = entered(db).await.id;
    let image = reserved(db, a_pending_image(user).build()).await;
    delete_person(db, user).await;
    let outcome = db.images.publish(image.id, &a_commit()).await;
    assert!(
        matches!(outcome, Err(PublishImageError::Expired)),
        "{outcome:?}"
    );
    assert_eq!(count(db, ImageState::Pending).await, 1);
}

/// In the same transaction as the photo.
pub async fn publishing_leaves_one_record_and_one_event(db: &Repositories) {
    let user = entered(db).await.id;
    let image = reserved(db, a_pending_image(user).build()).await;
    db.images
        .publish(image.id, &recorded(user, Action::ImageAdded, image.id))
        .await
        .expect("is in time");
    assert_eq!(rows(db, user).await, 1);
    assert_eq!(
        events(db).await,
        [Event::object(EventKind::ImageAdded, user, image.id.uuid())]
    );
}

/// Neither records nor an answer nor an avatar.
pub async fn a_refused_publication_leaves_nothing(db: &Repositories) {
    let user = entered(db).await;
    let image = reserved(db, a_pending_image(user.id).build()).await;
    let commit = recorded(user.id, Action::ImageAdded, image.id)
        .keyed("key", "a photo")
        .at(moment(60));
    let outcome = db.images.publish(image.id, &commit).await;
    assert!(
        matches!(outcome, Err(PublishImageError::Expired)),
        "{outcome:?}"
    );
    assert_eq!((rows(db, user.id).await, events(db).await), (0, vec![]));
    assert_eq!(stored(db, user.id).await, user);
    let other = a_commit().keyed("key", "another photo").at(moment(60));
    let next = a_pending_image(user.id).reserved_at(moment(60)).build();
    db.images
        .reserve(&next, QUOTA, &other)
        .await
        .expect("the key was not burnt");
}

/// It counts once.
pub async fn publishing_moves_the_reservation_to_used(db: &Repositories) {
    let user = entered(db).await.id;
    let image = reserved(db, a_pending_image(user).of_bytes(4_000).build()).await;
    assert_eq!(room(db, user).await, 6_000);
    published(db, &image).await;
    assert_eq!(room(db, user).await, 6_000);
    assert_eq!(
        db.image_janitor
            .abort_expired(moment(60))
            .await
            .expect("can be written"),
        0
    );
    assert_eq!(room(db, user).await, 6_000);
}

/// Not of reservation: history order is commit order.
pub async fn the_history_is_in_the_order_of_publication(db: &Repositories) {
    let user = entered(db).await.id;
    let slow = reserved(db, a_pending_image(user).build()).await;
    let fast = reserved(db, a_pending_image(user).build()).await;
    assert_eq!(published(db, &fast).await.seq, 1);
    assert_eq!(published(db, &slow).await.seq, 2);
    let history = db.images.history(user, None, 9).await.expect("can be read");
    assert_eq!(
        history.iter().map(|image| image.id).collect::<Vec<_>>(),
        [slow.id, fast.id]
    );
}

/// None is left out.
pub async fn many_publishing_at_once_get_every_number_once(db: &Repositories) {
    let user = entered(db).await.id;
    let mut images = Vec::new();
    for _ in 0..10 {
        images.push(reserved(db, a_pending_image(user).build()).await);
    }
    let published = images.iter().map(|image| published(db, image));
    let mut seqs: Vec<u64> = futures::future::join_all(published)
        .await
        .iter()
        .map(|image| image.seq)
        .collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=10).collect::<Vec<_>>());
    assert!(stored(db, user).await.avatar.is_some());
}

/// Not even the last one's.
pub async fn numbers_are_not_used_again(db: &Repositories) {
    let user = entered(db).await.id;
    let first = added(db, user).await;
    db.images
        .delete(user, first.id, &a_commit())
        .await
        .expect("is there");
    assert_eq!(added(db, user).await.seq, 2);
    db.images
        .delete_all(user, &a_commit())
        .await
        .expect("can be written");
    assert_eq!(added(db, user).await.seq, 3);
}

/// From 1.
pub async fn everybody_has_their_own_numbers(db: &Repositories) {
    for _ in 0..2 {
        let user = entered(db).await.id;
        assert_eq!(
            (added(db, user).await.seq, added(db, user).await.seq),
            (1, 2)
        );
    }
}
