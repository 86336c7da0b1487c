//! First transaction of an upload.

use super::{
    QUOTA, count, delete_person, entered, events, published, recorded, reserve, reserved, room,
    rows,
};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, an_id, moment};
use domain::accounts::images::ImageState;
use domain::audit::Action;
use domain::ids::UserId;
use ports::accounts::{ReserveImageError, Reserved};

/// Its objects may be stored now.
pub async fn a_reserved_upload_is_pending_and_nobody_sees_it(db: &Repositories) {
    let user = entered(db).await;
    let image = reserved(db, a_pending_image(user.id).build()).await;
    assert_eq!(count(db, ImageState::Pending).await, 1);
    assert_eq!(
        db.images
            .find(user.id, image.id)
            .await
            .expect("can be read"),
        None
    );
    assert_eq!(
        db.images
            .history(user.id, None, 9)
            .await
            .expect("can be read"),
        []
    );
    let keys = image.renditions.iter().map(|rendition| {
        domain::accounts::images::ObjectKey::of(user.id, image.id, rendition.variant)
    });
    let known = db.census.known(keys.collect()).await.expect("can be read");
    assert_eq!(known.len(), 4);
}

/// Neither nobody nor a deleted person.
pub async fn only_people_who_are_there_may_upload(db: &Repositories) {
    let deleted = entered(db).await.id;
    delete_person(db, deleted).await;
    for user in [UserId::new(an_id()), deleted] {
        let outcome = reserve(db, &a_pending_image(user).build()).await;
        assert!(
            matches!(outcome, Err(ReserveImageError::NoSuchUser)),
            "{outcome:?}"
        );
    }
}

/// Used and reserved bytes together, to the limit and not beyond it.
pub async fn the_quota_is_filled_to_its_last_byte(db: &Repositories) {
    let user = entered(db).await.id;
    let ready = reserved(db, a_pending_image(user).of_bytes(4_000).build()).await;
    published(db, &ready).await;
    reserved(db, a_pending_image(user).of_bytes(1_000).build()).await;
    let outcome = reserve(db, &a_pending_image(user).of_bytes(5_001).build()).await;
    let Err(ReserveImageError::QuotaExceeded { used, limit }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((used, limit), (5_000, QUOTA));
    reserved(db, a_pending_image(user).of_bytes(5_000).build()).await;
    assert_eq!(room(db, user).await, 0);
}

/// By the janitor, once it has expired.
pub async fn a_reservation_counts_until_it_is_given_back(db: &Repositories) {
    let user = entered(db).await.id;
    reserved(db, a_pending_image(user).of_bytes(10_000).build()).await;
    assert_eq!(room(db, user).await, 0);
    assert_eq!(
        db.image_janitor
            .abort_expired(moment(60))
            .await
            .expect("can be written"),
        1
    );
    assert_eq!(room(db, user).await, QUOTA);
}

/// Nobody takes another's room.
pub async fn everybody_has_their_own_quota(db: &Repositories) {
    let [one, other] = [entered(db).await.id, entered(db).await.id];
    reserved(db, a_pending_image(one).of_bytes(10_000).build()).await;
    assert_eq!(room(db, other).await, QUOTA);
}

/// However close they are.
pub async fn of_many_reserving_the_last_room_one_wins(db: &Repositories) {
    let user = entered(db).await.id;
    let images = [(); 6].map(|()| a_pending_image(user).of_bytes(6_000).build());
    let outcomes = futures::future::join_all(images.iter().map(|image| reserve(db, image))).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(room(db, user).await, 4_000);
}

/// Until the deadline of the first.
pub async fn the_same_bytes_are_not_uploaded_twice_at_once(db: &Repositories) {
    let user = entered(db).await.id;
    let first = reserved(db, a_pending_image(user).build()).await;
    for second in [0, 59] {
        let second = a_pending_image(user)
            .same_as(&first)
            .reserved_at(moment(second))
            .build();
        let outcome = reserve(db, &second).await;
        assert!(
            matches!(outcome, Err(ReserveImageError::UploadInFlight)),
            "{outcome:?}"
        );
    }
}

/// And nothing is stored or recorded, whatever room there is.
pub async fn the_same_bytes_give_the_photo_that_is_there(db: &Repositories) {
    let user = entered(db).await.id;
    let first = reserved(db, a_pending_image(user).of_bytes(10_000).build()).await;
    let image = published(db, &first).await;
    let second = a_pending_image(user).same_as(&first).build();
    let commit = recorded(user, Action::ImageAdded, second.id);
    let outcome = db.images.reserve(&second, QUOTA, &commit).await;
    assert_eq!(outcome.expect("is there"), Reserved::Duplicate(image));
    assert_eq!(
        (count(db, ImageState::Pending).await, rows(db, user).await),
        (0, 0)
    );
    assert_eq!(events(db).await, []);
}

/// Photos are kept once a person, not once for all.
pub async fn the_same_bytes_are_anothers_own(db: &Repositories) {
    let [one, other] = [entered(db).await.id, entered(db).await.id];
    let first = reserved(db, a_pending_image(one).build()).await;
    reserved(db, a_pending_image(other).same_as(&first).build()).await;
}

/// Then they are another photo.
pub async fn the_same_bytes_may_come_again_after_a_deletion(db: &Repositories) {
    let user = entered(db).await.id;
    let first = reserved(db, a_pending_image(user).build()).await;
    published(db, &first).await;
    db.images
        .delete(user, first.id, &a_commit())
        .await
        .expect("is there");
    let second = reserved(db, a_pending_image(user).same_as(&first).build()).await;
    assert_eq!(published(db, &second).await.seq, 2);
}

/// Its reservation is given back, and it can no longer become ready.
pub async fn an_expired_reservation_of_the_same_bytes_is_aborted_on_the_way(db: &Repositories) {
    let user = entered(db).await.id;
    let first = reserved(db, a_pending_image(user).of_bytes(10_000).build()).await;
    let second = a_pending_image(user)
        .same_as(&first)
        .of_bytes(10_000)
        .reserved_at(moment(60))
        .build();
    let second = reserved(db, second).await;
    assert_eq!(
        (
            count(db, ImageState::Aborted).await,
            count(db, ImageState::Pending).await
        ),
        (1, 1)
    );
    assert!(db.images.publish(first.id, &a_commit()).await.is_err());
    published(db, &second).await;
    assert_eq!(room(db, user).await, 0);
}

/// Neither room nor records nor an abortion on the way.
pub async fn a_refused_reservation_leaves_nothing(db: &Repositories) {
    let user = entered(db).await.id;
    let first = reserved(db, a_pending_image(user).build()).await;
    let second = a_pending_image(user)
        .same_as(&first)
        .of_bytes(10_001)
        .reserved_at(moment(60))
        .build();
    let commit = recorded(user, Action::ImageAdded, second.id)
        .keyed("key", "a photo")
        .at(moment(60));
    let outcome = db.images.reserve(&second, QUOTA, &commit).await;
    assert!(
        matches!(
            outcome,
            Err(ReserveImageError::QuotaExceeded { used: 0, .. })
        ),
        "{outcome:?}"
    );
    assert_eq!(
        (
            count(db, ImageState::Aborted).await,
            count(db, ImageState::Pending).await
        ),
        (0, 1)
    );
    assert_eq!((rows(db, user).await, room(db, user).await), (0, 9_000));
    let third = a_pending_image(user).reserved_at(moment(60)).build();
    let other = a_commit().keyed("key", "another photo").at(moment(60));
    let outcome = db.images.reserve(&third, QUOTA, &other).await;
    assert_eq!(outcome.expect("the key was not burnt"), Reserved::Pending);
}
