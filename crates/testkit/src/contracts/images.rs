//! What every keeper of photos promises.

mod avatar;
mod delete;
mod history;
mod publish;
mod repeated;
mod reserve;

pub use avatar::*;
pub use delete::*;
pub use history::*;
pub use publish::*;
pub use repeated::*;
pub use reserve::*;

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, a_user, moment};
use domain::accounts::User;
use domain::accounts::images::{Image, ImageState, PendingImage};
use domain::accounts::users::Changed;
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use ports::Commit;
use ports::accounts::{AddedImage, ReserveImageError, Reserved};
use std::sync::Arc;

/// Room for exactly ten photos of the builder's size.
pub(super) const QUOTA: u64 = 10_000;

/// Enters a person.
pub(super) async fn entered(db: &Repositories) -> User {
    let user = a_user().build();
    db.users
        .add(&user, &a_commit())
        .await
        .expect("nothing is in the way");
    user
}

/// The person as the database has them.
async fn stored(db: &Repositories, user: UserId) -> User {
    let found = db.users.find(user).await.expect("can be read");
    Arc::unwrap_or_clone(found.expect("is there"))
}

/// Deletes a person.
pub(super) async fn delete_person(db: &Repositories, user: UserId) {
    let user = stored(db, user).await;
    let Changed::To(deleted, _) = user.deleted(moment(1)) else {
        panic!("is deleted already")
    };
    db.users
        .save(&deleted, user.version, &a_commit())
        .await
        .expect("can be saved");
}

/// Reserves an upload at the moment it says.
pub(super) async fn reserve(
    db: &Repositories,
    image: &PendingImage,
) -> Result<Reserved, ReserveImageError> {
    db.images
        .reserve(image, QUOTA, &a_commit().at(image.created_at))
        .await
}

/// Reserves an upload that nothing is in the way of.
pub(super) async fn reserved(db: &Repositories, image: PendingImage) -> PendingImage {
    let outcome = reserve(db, &image).await.expect("nothing is in the way");
    assert_eq!(outcome, Reserved::Pending);
    image
}

/// Publishes a reserved upload, a second after it was reserved.
pub(super) async fn published(db: &Repositories, image: &PendingImage) -> Image {
    let second = jiff::SignedDuration::from_secs(1);
    let at = image.created_at.checked_add(second).expect("is an instant");
    let added = db
        .images
        .publish(image.id, &a_commit().at(at))
        .await
        .expect("is in time");
    assert!(!added.deduplicated);
    added.image
}

/// A photo in a person's history.
pub(super) async fn added(db: &Repositories, user: UserId) -> Image {
    let image = reserved(db, a_pending_image(user).build()).await;
    published(db, &image).await
}

/// How many photos are in a state.
pub(super) async fn count(db: &Repositories, state: ImageState) -> u64 {
    let count = db.census.count().await.expect("can be counted");
    count
        .by_state
        .into_iter()
        .filter(|(counted, _)| *counted == state)
        .map(|(_, number)| number)
        .sum()
}

/// Whether a person has room for so many bytes more, found out by an upload that is thrown away.
pub(super) async fn room(db: &Repositories, user: UserId) -> u64 {
    let probe = a_pending_image(user).of_bytes(QUOTA * 2).build();
    match db.images.reserve(&probe, QUOTA, &a_commit()).await {
        Err(ReserveImageError::QuotaExceeded { used, limit: QUOTA }) => QUOTA - used,
        other => panic!("{other:?}"),
    }
}

fn keyed() -> Commit {
    a_commit().keyed("key", "a photo")
}

/// A commit that says something of a person's photo and tells it.
fn recorded(user: UserId, action: Action, image: ImageId) -> Commit {
    let event = Event::object(EventKind::ImageAdded, user, image.uuid());
    a_commit()
        .saying(Audit::of(action, user).about(image.uuid()))
        .telling(event)
}

/// How many audit rows are about a person.
async fn rows(db: &Repositories, user: UserId) -> usize {
    db.audit
        .of_user(user, None, 100)
        .await
        .expect("can be read")
        .len()
}

/// The events that wait, oldest first.
pub(super) async fn events(db: &Repositories) -> Vec<Event> {
    let claimed = db
        .outbox
        .claim(moment(999), moment(999), 10_000)
        .await
        .expect("can be claimed");
    claimed.into_iter().map(|delivery| delivery.event).collect()
}

fn fresh(image: Image) -> AddedImage {
    AddedImage {
        image,
        deduplicated: false,
    }
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! image_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::images,
            $fixture,
            [
                a_reserved_upload_is_pending_and_nobody_sees_it,
                only_people_who_are_there_may_upload,
                the_quota_is_filled_to_its_last_byte,
                a_reservation_counts_until_it_is_given_back,
                everybody_has_their_own_quota,
                of_many_reserving_the_last_room_one_wins,
                the_same_bytes_are_not_uploaded_twice_at_once,
                the_same_bytes_give_the_photo_that_is_there,
                the_same_bytes_are_anothers_own,
                the_same_bytes_may_come_again_after_a_deletion,
                an_expired_reservation_of_the_same_bytes_is_aborted_on_the_way,
                a_refused_reservation_leaves_nothing,
                a_key_is_in_flight_while_its_upload_is_pending,
                a_key_is_free_after_its_uploads_deadline,
                a_key_is_not_used_for_another_upload,
                a_published_upload_is_replayed,
                a_duplicate_is_replayed,
                a_replay_survives_the_deletion_of_the_photo,
                a_published_photo_is_whole,
                publishing_before_the_deadline_is_in_time_and_at_it_is_not,
                nothing_but_a_pending_photo_is_published,
                publishing_for_a_deleted_person_is_too_late,
                publishing_leaves_one_record_and_one_event,
                a_refused_publication_leaves_nothing,
                publishing_moves_the_reservation_to_used,
                the_history_is_in_the_order_of_publication,
                many_publishing_at_once_get_every_number_once,
                numbers_are_not_used_again,
                everybody_has_their_own_numbers,
                a_photo_is_found_by_its_person_and_id,
                the_history_is_listed_newest_first_in_pages,
                only_ready_photos_are_in_the_history,
                the_first_photo_becomes_the_avatar,
                later_photos_do_not,
                any_photo_of_the_history_may_be_the_avatar,
                choosing_the_same_avatar_changes_nothing,
                only_a_ready_photo_of_ones_own_may_be_the_avatar,
                deleting_the_avatar_clears_it,
                deleting_another_photo_leaves_the_avatar,
                the_next_photo_after_a_cleared_avatar_becomes_it,
                a_deleted_photo_is_unreadable_at_once,
                only_a_ready_photo_of_ones_own_is_deleted,
                a_deletion_leaves_one_record_and_emits_one_event,
                a_refused_deletion_leaves_nothing,
                deleting_gives_the_quota_back,
                deleting_all_takes_every_photo_and_nobody_elses,
                deleting_all_emits_one_event_a_photo,
                deleting_all_of_nothing_does_nothing,
                deleting_all_knows_no_limit,
            ]
        );
    };
}
