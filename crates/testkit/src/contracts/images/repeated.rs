//! Uploads that are sent again under their key.

use super::{QUOTA, entered, fresh, keyed, published, reserved};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, moment};
use ports::ClaimError;
use ports::accounts::{AddedImage, ReserveImageError, Reserved};

/// Whichever upload is sent under it.
pub async fn a_key_is_in_flight_while_its_upload_is_pending(db: &Repositories) {
    let user = entered(db).await.id;
    let first = a_pending_image(user).build();
    db.images
        .reserve(&first, QUOTA, &keyed())
        .await
        .expect("there is room");
    for again in [
        a_pending_image(user).same_as(&first).build(),
        a_pending_image(user).build(),
    ] {
        let outcome = db
            .images
            .reserve(&again, QUOTA, &keyed().at(moment(59)))
            .await;
        assert!(
            matches!(outcome, Err(ReserveImageError::Claim(ClaimError::InFlight))),
            "{outcome:?}"
        );
    }
    let aborted = db.image_janitor.abort_expired(moment(59)).await;
    assert_eq!(aborted.expect("can be written"), 0);
}

/// A fresh run takes it over.
pub async fn a_key_is_free_after_its_uploads_deadline(db: &Repositories) {
    let user = entered(db).await.id;
    let first = a_pending_image(user).build();
    db.images
        .reserve(&first, QUOTA, &keyed())
        .await
        .expect("there is room");
    let second = a_pending_image(user)
        .same_as(&first)
        .reserved_at(moment(60))
        .build();
    let commit = keyed().at(moment(60));
    let outcome = db
        .images
        .reserve(&second, QUOTA, &commit)
        .await
        .expect("the key is free");
    assert_eq!(outcome, Reserved::Pending);
    let added = db
        .images
        .publish(second.id, &keyed().at(moment(61)))
        .await
        .expect("is in time");
    let outcome = db
        .images
        .reserve(&first, QUOTA, &commit)
        .await
        .expect("is replayed");
    assert_eq!(outcome, Reserved::Replayed(added));
}

/// Pending or done.
pub async fn a_key_is_not_used_for_another_upload(db: &Repositories) {
    let user = entered(db).await.id;
    let first = a_pending_image(user).build();
    db.images
        .reserve(&first, QUOTA, &keyed())
        .await
        .expect("there is room");
    let another = a_commit().keyed("key", "another photo");
    let again = a_pending_image(user).build();
    let outcome = db.images.reserve(&again, QUOTA, &another).await;
    assert!(
        matches!(outcome, Err(ReserveImageError::Claim(ClaimError::Reused))),
        "{outcome:?}"
    );
    db.images
        .publish(first.id, &keyed())
        .await
        .expect("is in time");
    let outcome = db.images.reserve(&again, QUOTA, &another).await;
    assert!(
        matches!(outcome, Err(ReserveImageError::Claim(ClaimError::Reused))),
        "{outcome:?}"
    );
}

/// For a day from its publication on.
pub async fn a_published_upload_is_replayed(db: &Repositories) {
    let user = entered(db).await.id;
    let image = a_pending_image(user)
        .transparent()
        .taken_at(moment(-99))
        .build();
    db.images
        .reserve(&image, QUOTA, &keyed())
        .await
        .expect("there is room");
    let added = db
        .images
        .publish(image.id, &keyed().at(moment(5)))
        .await
        .expect("is in time");
    let again = a_pending_image(user).same_as(&image).build();
    let end = 24 * 3_600 + 5;
    let outcome = db
        .images
        .reserve(&again, QUOTA, &keyed().at(moment(end - 1)))
        .await;
    assert_eq!(
        outcome.expect("is replayed"),
        Reserved::Replayed(fresh(added.image.clone()))
    );
    let outcome = db
        .images
        .reserve(&again, QUOTA, &keyed().at(moment(end)))
        .await;
    assert_eq!(outcome.expect("is there"), Reserved::Duplicate(added.image));
}

/// As the duplicate it was.
pub async fn a_duplicate_is_replayed(db: &Repositories) {
    let user = entered(db).await.id;
    let image = reserved(db, a_pending_image(user).build()).await;
    let there = published(db, &image).await;
    let again = a_pending_image(user).same_as(&image).build();
    let outcome = db
        .images
        .reserve(&again, QUOTA, &keyed())
        .await
        .expect("is there");
    assert_eq!(outcome, Reserved::Duplicate(there.clone()));
    db.images
        .delete(user, image.id, &a_commit())
        .await
        .expect("is there");
    let outcome = db
        .images
        .reserve(&again, QUOTA, &keyed())
        .await
        .expect("is replayed");
    assert_eq!(
        outcome,
        Reserved::Replayed(AddedImage {
            image: there,
            deduplicated: true
        })
    );
}

/// It is the answer of then.
pub async fn a_replay_survives_the_deletion_of_the_photo(db: &Repositories) {
    let user = entered(db).await.id;
    let image = a_pending_image(user).build();
    db.images
        .reserve(&image, QUOTA, &keyed())
        .await
        .expect("there is room");
    let added = db
        .images
        .publish(image.id, &keyed())
        .await
        .expect("is in time");
    db.images
        .delete(user, image.id, &a_commit())
        .await
        .expect("is there");
    let outcome = db
        .images
        .reserve(&image, QUOTA, &keyed())
        .await
        .expect("is replayed");
    assert_eq!(outcome, Reserved::Replayed(added));
}
