//! Reading photos.

use super::{added, entered, reserved};
use crate::Repositories;
use crate::builders::{a_commit, a_pending_image, an_id, moment};
use domain::accounts::images::Image;
use domain::ids::{ImageId, UserId};

async fn history(db: &Repositories, user: UserId, before: Option<u64>, limit: u32) -> Vec<Image> {
    db.images
        .history(user, before, limit)
        .await
        .expect("can be read")
}

/// By both: one's own id does not open another's photo.
pub async fn a_photo_is_found_by_its_person_and_id(db: &Repositories) {
    let [one, other] = [entered(db).await.id, entered(db).await.id];
    let image = added(db, one).await;
    assert_eq!(
        db.images.find(one, image.id).await.expect("can be read"),
        Some(image.clone())
    );
    assert_eq!(
        db.images.find(other, image.id).await.expect("can be read"),
        None
    );
    assert_eq!(
        db.images
            .find(one, ImageId::new(an_id()))
            .await
            .expect("can be read"),
        None
    );
}

/// Each page below the last number of the one before, while new ones arrive.
pub async fn the_history_is_listed_newest_first_in_pages(db: &Repositories) {
    let (user, other) = (entered(db).await.id, entered(db).await.id);
    let mut images = Vec::new();
    for _ in 0..5 {
        images.insert(0, added(db, user).await);
        added(db, other).await;
    }
    assert_eq!(history(db, user, None, 9).await, images);
    assert_eq!(history(db, user, None, 2).await, images[..2]);
    added(db, user).await;
    assert_eq!(
        history(db, user, Some(images[1].seq), 2).await,
        images[2..4]
    );
    assert_eq!(history(db, user, Some(1), 2).await, []);
    assert_eq!(history(db, user, Some(u64::MAX), 9).await.len(), 6);
    assert_eq!(history(db, UserId::new(an_id()), None, 9).await, []);
}

/// Neither pending nor aborted nor deleted ones.
pub async fn only_ready_photos_are_in_the_history(db: &Repositories) {
    let user = entered(db).await.id;
    let ready = added(db, user).await;
    let deleted = added(db, user).await;
    db.images
        .delete(user, deleted.id, &a_commit())
        .await
        .expect("is there");
    reserved(db, a_pending_image(user).build()).await;
    db.image_janitor
        .abort_expired(moment(60))
        .await
        .expect("can be written");
    reserved(db, a_pending_image(user).build()).await;
    assert_eq!(history(db, user, None, 9).await, [ready]);
}
