//! Which photo stands for a person.

use super::{added, entered, events, recorded, reserved, rows, stored};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, an_id, moment};
use domain::accounts::User;
use domain::audit::Action;
use domain::ids::{ImageId, UserId};
use ports::accounts::SetAvatarError;

async fn choose(db: &Repositories, user: UserId, id: ImageId) -> Result<(), SetAvatarError> {
    db.images
        .set_avatar(user, id, &a_commit().at(moment(9)))
        .await
}

/// One version later.
pub async fn the_first_photo_becomes_the_avatar(db: &Repositories) {
    let user = entered(db).await;
    let image = reserved(db, a_pending_image(user.id).build()).await;
    assert_eq!(
        stored(db, user.id).await,
        user,
        "a reservation is no change of the person"
    );
    db.images
        .publish(image.id, &a_commit().at(moment(5)))
        .await
        .expect("is in time");
    let expected = User {
        avatar: Some(image.id),
        version: user.version.next(),
        updated_at: moment(5),
        ..user
    };
    assert_eq!(stored(db, expected.id).await, expected);
}

/// Nor do they change the person.
pub async fn later_photos_do_not(db: &Repositories) {
    let user = entered(db).await.id;
    added(db, user).await;
    let before = stored(db, user).await;
    added(db, user).await;
    assert_eq!(stored(db, user).await, before);
}

/// One version later, and time does not run backwards.
pub async fn any_photo_of_the_history_may_be_the_avatar(db: &Repositories) {
    let user = entered(db).await.id;
    let (first, second) = (added(db, user).await, added(db, user).await);
    let before = stored(db, user).await;
    choose(db, user, second.id).await.expect("is there");
    let chosen = User {
        avatar: Some(second.id),
        version: before.version.next(),
        updated_at: moment(9),
        ..before
    };
    assert_eq!(stored(db, user).await, chosen);
    db.images
        .set_avatar(user, first.id, &a_commit().at(moment(2)))
        .await
        .expect("is there");
    let back = User {
        avatar: Some(first.id),
        version: chosen.version.next(),
        ..chosen
    };
    assert_eq!(stored(db, user).await, back);
}

/// No version, no record, no event.
pub async fn choosing_the_same_avatar_changes_nothing(db: &Repositories) {
    let user = entered(db).await.id;
    let image = added(db, user).await.id;
    let before = stored(db, user).await;
    let commit = recorded(user, Action::AvatarChosen, image).at(moment(9));
    db.images
        .set_avatar(user, image, &commit)
        .await
        .expect("is there");
    assert_eq!(stored(db, user).await, before);
    assert_eq!((rows(db, user).await, events(db).await), (0, vec![]));
    let another = added(db, user).await.id;
    db.images
        .set_avatar(
            user,
            another,
            &recorded(user, Action::AvatarChosen, another),
        )
        .await
        .expect("is there");
    assert_eq!((rows(db, user).await, events(db).await.len()), (1, 1));
}

/// Not another's, a pending or a deleted one.
pub async fn only_a_ready_photo_of_ones_own_may_be_the_avatar(db: &Repositories) {
    let (user, other) = (entered(db).await.id, entered(db).await.id);
    added(db, user).await;
    let deleted = added(db, user).await.id;
    db.images
        .delete(user, deleted, &a_commit())
        .await
        .expect("is there");
    let pending = reserved(db, a_pending_image(user).build()).await.id;
    let anothers = added(db, other).await.id;
    let before = stored(db, user).await;
    for id in [deleted, pending, anothers, ImageId::new(an_id())] {
        let outcome = choose(db, user, id).await;
        assert!(
            matches!(outcome, Err(SetAvatarError::Missing)),
            "{outcome:?}"
        );
    }
    let nobody = choose(db, UserId::new(an_id()), anothers).await;
    assert!(matches!(nobody, Err(SetAvatarError::Missing)), "{nobody:?}");
    assert_eq!(stored(db, user).await, before);
}

/// One version later, alone or with all others.
pub async fn deleting_the_avatar_clears_it(db: &Repositories) {
    let user = entered(db).await.id;
    let image = added(db, user).await.id;
    let before = stored(db, user).await;
    db.images
        .delete(user, image, &a_commit().at(moment(9)))
        .await
        .expect("is there");
    let cleared = User {
        avatar: None,
        version: before.version.next(),
        updated_at: moment(9),
        ..before
    };
    assert_eq!(stored(db, user).await, cleared);
    added(db, user).await;
    added(db, user).await;
    let before = stored(db, user).await;
    db.images
        .delete_all(user, &a_commit())
        .await
        .expect("can be written");
    assert_eq!(
        stored(db, user).await,
        User {
            avatar: None,
            version: before.version.next(),
            ..before
        }
    );
}

/// And the person as they are.
pub async fn deleting_another_photo_leaves_the_avatar(db: &Repositories) {
    let user = entered(db).await.id;
    added(db, user).await;
    let another = added(db, user).await.id;
    let before = stored(db, user).await;
    db.images
        .delete(user, another, &a_commit())
        .await
        .expect("is there");
    assert_eq!(stored(db, user).await, before);
}

/// A person without an avatar gets one with the next photo that becomes ready.
pub async fn the_next_photo_after_a_cleared_avatar_becomes_it(db: &Repositories) {
    let user = entered(db).await.id;
    let first = added(db, user).await.id;
    db.images
        .delete(user, first, &a_commit())
        .await
        .expect("is there");
    let second = added(db, user).await.id;
    assert_eq!(stored(db, user).await.avatar, Some(second));
}
