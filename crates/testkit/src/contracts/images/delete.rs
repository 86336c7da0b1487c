//! Taking photos out of the history.

use super::{QUOTA, added, count, entered, events, recorded, reserved, room, rows};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, an_id, moment};
use domain::accounts::images::ImageState;
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use ports::accounts::DeleteImageError;

fn deleted(user: UserId, image: ImageId) -> Event {
    Event::object(EventKind::ImageDeleted, user, image.uuid())
}

/// And its objects have to go.
pub async fn a_deleted_photo_is_unreadable_at_once(db: &Repositories) {
    let user = entered(db).await.id;
    let (gone, kept) = (added(db, user).await, added(db, user).await);
    db.images
        .delete(user, gone.id, &a_commit())
        .await
        .expect("is there");
    assert_eq!(
        db.images.find(user, gone.id).await.expect("can be read"),
        None
    );
    assert_eq!(
        db.images.history(user, None, 9).await.expect("can be read"),
        [kept]
    );
    let keys = db
        .image_janitor
        .doomed(gone.id, moment(0))
        .await
        .expect("can be read");
    assert_eq!(keys.expect("is doomed").len(), 4);
}

/// Not another's, not twice, not a pending one.
pub async fn only_a_ready_photo_of_ones_own_is_deleted(db: &Repositories) {
    let (user, other) = (entered(db).await.id, entered(db).await.id);
    let anothers = added(db, other).await.id;
    let pending = reserved(db, a_pending_image(user).build()).await.id;
    let twice = added(db, user).await.id;
    db.images
        .delete(user, twice, &a_commit())
        .await
        .expect("is there");
    for id in [anothers, pending, twice, ImageId::new(an_id())] {
        let outcome = db.images.delete(user, id, &a_commit()).await;
        assert!(
            matches!(outcome, Err(DeleteImageError::Missing)),
            "{outcome:?}"
        );
    }
    assert_eq!(
        (
            count(db, ImageState::Deleting).await,
            count(db, ImageState::Ready).await
        ),
        (1, 1)
    );
}

/// The event by itself: nobody has to ask for it.
pub async fn a_deletion_leaves_one_record_and_emits_one_event(db: &Repositories) {
    let user = entered(db).await.id;
    let image = added(db, user).await.id;
    let commit = a_commit()
        .at(moment(9))
        .saying(Audit::of(Action::ImageDeleted, user).about(image.uuid()));
    db.images
        .delete(user, image, &commit)
        .await
        .expect("is there");
    assert_eq!(rows(db, user).await, 1);
    let claimed = db
        .outbox
        .claim(moment(9), moment(9), 9)
        .await
        .expect("can be claimed");
    let [delivery] = claimed.as_slice() else {
        panic!("{claimed:?}")
    };
    assert_eq!(
        (&delivery.event, delivery.at),
        (&deleted(user, image), moment(9))
    );
}

/// Neither a record nor an event.
pub async fn a_refused_deletion_leaves_nothing(db: &Repositories) {
    let user = entered(db).await.id;
    let nothing = ImageId::new(an_id());
    let outcome = db
        .images
        .delete(
            user,
            nothing,
            &recorded(user, Action::ImageDeleted, nothing),
        )
        .await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!((rows(db, user).await, events(db).await), (0, vec![]));
}

/// At once, not when the objects are gone.
pub async fn deleting_gives_the_quota_back(db: &Repositories) {
    let user = entered(db).await.id;
    let first = added(db, user).await.id;
    added(db, user).await;
    added(db, user).await;
    reserved(db, a_pending_image(user).build()).await;
    assert_eq!(room(db, user).await, QUOTA - 4_000);
    db.images
        .delete(user, first, &a_commit())
        .await
        .expect("is there");
    assert_eq!(room(db, user).await, QUOTA - 3_000);
    db.images
        .delete_all(user, &a_commit())
        .await
        .expect("can be written");
    assert_eq!(room(db, user).await, QUOTA - 1_000, "the reservation stays");
}

/// An upload that is pending is none yet, and becomes ready afterwards.
pub async fn deleting_all_takes_every_photo_and_nobody_elses(db: &Repositories) {
    let (user, other) = (entered(db).await.id, entered(db).await.id);
    for _ in 0..3 {
        added(db, user).await;
        added(db, other).await;
    }
    let pending = reserved(db, a_pending_image(user).build()).await;
    assert_eq!(
        db.images
            .delete_all(user, &a_commit())
            .await
            .expect("can be written"),
        3
    );
    assert_eq!(
        db.images.history(user, None, 9).await.expect("can be read"),
        []
    );
    assert_eq!(
        db.images
            .history(other, None, 9)
            .await
            .expect("can be read")
            .len(),
        3
    );
    db.images
        .publish(pending.id, &a_commit())
        .await
        .expect("is in time");
}

/// And one record for all of them.
pub async fn deleting_all_emits_one_event_a_photo(db: &Repositories) {
    let user = entered(db).await.id;
    let mut expected = Vec::new();
    for _ in 0..3 {
        expected.push(deleted(user, added(db, user).await.id));
    }
    let commit = a_commit().saying(Audit::of(Action::ImagesDeleted, user));
    db.images
        .delete_all(user, &commit)
        .await
        .expect("can be written");
    let mut emitted = events(db).await;
    emitted.sort_by_key(|event| event.object);
    assert_eq!((emitted, rows(db, user).await), (expected, 1));
}

/// Nothing was done: no version, no record.
pub async fn deleting_all_of_nothing_does_nothing(db: &Repositories) {
    let user = entered(db).await;
    let commit = a_commit().saying(Audit::of(Action::ImagesDeleted, user.id));
    for id in [user.id, UserId::new(an_id())] {
        assert_eq!(
            db.images
                .delete_all(id, &commit)
                .await
                .expect("can be written"),
            0
        );
    }
    assert_eq!((rows(db, user.id).await, events(db).await), (0, vec![]));
    assert_eq!(super::stored(db, user.id).await, user);
}

/// Every row, not the first thousand.
pub async fn deleting_all_knows_no_limit(db: &Repositories) {
    let user = entered(db).await.id;
    for _ in 0..1_050 {
        let image = a_pending_image(user).build();
        db.images
            .reserve(&image, u64::MAX, &a_commit())
            .await
            .expect("there is room");
        db.images
            .publish(image.id, &a_commit())
            .await
            .expect("is in time");
    }
    assert_eq!(
        db.images
            .delete_all(user, &a_commit())
            .await
            .expect("can be written"),
        1_050
    );
    assert_eq!(count(db, ImageState::Deleting).await, 1_050);
    assert_eq!(events(db).await.len(), 1_050);
    assert_eq!(room(db, user).await, QUOTA);
}
