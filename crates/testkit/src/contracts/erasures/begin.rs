//! What is so once an erasure has begun.

use super::{add, erase};
use crate::Repositories;
use crate::builders::{CommitWith as _, a_commit, a_pending_image, a_user, an_id, moment, sign_in};
use core::time::Duration;
use domain::accounts::images::{ImageState, PendingImage};
use domain::accounts::{Role, Status, User, UserFilter};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::ErasureId;
use ports::accounts::{AccessChange, PublishImageError, SaveUserError};
use ports::erasures::BeginErasureError;
use std::sync::Arc;

async fn found(db: &Repositories, user: &User) -> Arc<User> {
    let found = db.users.find(user.id).await.expect("can be read");
    found.expect("is there")
}

async fn ready(db: &Repositories, user: &User) -> PendingImage {
    let image = a_pending_image(user.id).build();
    let reserved = db.images.reserve(&image, u64::MAX, &a_commit()).await;
    reserved.expect("there is room");
    let published = db.images.publish(image.id, &a_commit()).await;
    published.expect("is in time");
    image
}

/// In the row, in the directory and for those who come after.
pub async fn the_row_is_blank_at_once_and_the_email_is_free(db: &Repositories) {
    let ada = a_user()
        .named("Ada Lovelace")
        .with_email("ada@example.org")
        .with_phone("555 0100")
        .with_address("1 Quiet Lane")
        .with_subject("ada|7")
        .at_site(domain::ids::SiteId::new(an_id()))
        .build();
    add(db, &ada).await;
    erase(db, &ada).await.expect("can be erased");
    let blank = found(db, &ada).await;
    assert_eq!(
        (blank.status, blank.version),
        (Status::Deleted, ada.version.next())
    );
    assert_eq!(blank.display_name().reveal(), "Erased Person");
    let profile = &blank.profile;
    assert!(profile.phone.is_none() && profile.address.is_none());
    assert!(profile.external_subject.is_none() && profile.site_ids.is_empty());
    let named = UserFilter {
        term: Some(domain::accounts::SearchTerm::parse("lovelace").expect("is a term")),
        ..UserFilter::default()
    };
    let listed = db.users.list(&named, None, 9).await;
    assert_eq!(listed.expect("can be read"), []);
    let next = a_user().with_email("ADA@example.org").with_subject("ada|7");
    add(db, &next.build()).await;
}

/// Devices, invitations and whatever processes remember.
pub async fn access_ends_and_everybody_is_told(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let session = sign_in(db, ada.id, "first").await;
    erase(db, &ada).await.expect("can be erased");
    let left = db.sessions.find(session.id).await.expect("can be read");
    assert_eq!(left, None);
    let told = db.access.within(Duration::from_secs(60)).await;
    let told = told.expect("can be read");
    for change in [
        AccessChange::Session(session.id),
        AccessChange::User(ada.id, ada.version.next()),
    ] {
        assert!(told.contains(&change), "{change:?} in {told:?}");
    }
}

/// And nothing is the avatar.
pub async fn every_photo_is_unreadable_and_its_objects_are_doomed(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let photos = [ready(db, &ada).await, ready(db, &ada).await];
    erase(db, &ada).await.expect("can be erased");
    assert_eq!(found(db, &ada).await.avatar, None);
    let history = db.images.history(ada.id, None, 9).await;
    assert_eq!(history.expect("can be read"), []);
    for photo in &photos {
        let doomed = db.image_janitor.doomed(photo.id, moment(0)).await;
        assert_eq!(doomed.expect("can be read").map(|keys| keys.len()), Some(4));
    }
    let due = db.outbox.claim(moment(0), moment(60), 99).await;
    let due = due.expect("can be claimed").into_iter();
    let deleted = due.filter(|due| due.event.kind == EventKind::ImageDeleted);
    let deleted = deleted.filter(|due| due.event.user == ada.id);
    assert_eq!(deleted.count(), 2);
}

/// It is aborted, and its objects wait for the end of its quarantine.
pub async fn an_upload_under_way_does_not_become_a_photo(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let image = a_pending_image(ada.id).build();
    let reserved = db.images.reserve(&image, u64::MAX, &a_commit()).await;
    reserved.expect("there is room");
    erase(db, &ada).await.expect("can be erased");
    let published = db.images.publish(image.id, &a_commit()).await;
    assert!(matches!(published, Err(PublishImageError::Expired)));
    let count = db.census.count().await.expect("can be read").by_state;
    let aborted = count
        .iter()
        .find(|(state, _)| *state == ImageState::Aborted);
    assert_eq!(aborted.expect("has an entry").1, 1);
    let early = db.image_janitor.doomed(image.id, moment(0)).await;
    assert_eq!(early.expect("can be read"), None);
}

/// However many photos there are.
pub async fn the_commit_is_recorded_once(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    ready(db, &ada).await;
    let now = found(db, &ada).await;
    let (blank, changes) = now.erased(moment(9));
    let commit = a_commit()
        .saying(Audit::of(Action::UserErased, ada.id).with(changes))
        .telling(Event::user(EventKind::UserErased, ada.id, blank.version));
    let begun = db
        .erasures
        .begin(ErasureId::new(an_id()), &blank, now.version, None, &commit);
    begun.await.expect("can be erased");
    let trail = db.audit.of_user(ada.id, None, 9).await;
    let trail = trail.expect("can be read");
    assert_eq!(trail.len(), 1, "{trail:?}");
    assert_eq!(trail[0].entry.action, Action::UserErased);
    let due = db.outbox.claim(moment(0), moment(60), 99).await;
    let due = due.expect("can be claimed").into_iter();
    let erased = due.filter(|due| due.event.kind == EventKind::UserErased);
    assert_eq!(erased.count(), 1);
}

/// What deleting leaves is what erasing is for.
pub async fn a_deleted_person_can_be_erased(db: &Repositories) {
    let ada = a_user().with_status(Status::Deleted).build();
    add(db, &ada).await;
    erase(db, &ada).await.expect("can be erased");
    let blank = found(db, &ada).await;
    assert_eq!(blank.profile.given_name.reveal(), "Erased");
}

/// By nobody, whatever they call it.
pub async fn an_erased_person_is_not_restored(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    erase(db, &ada).await.expect("can be erased");
    let blank = found(db, &ada).await;
    for status in [Status::Active, Status::Suspended] {
        let back = User {
            status,
            version: blank.version.next(),
            ..User::clone(&blank)
        };
        let saved = db.users.save(&back, blank.version, &a_commit()).await;
        assert!(matches!(saved, Err(SaveUserError::Erased)), "{saved:?}");
    }
    assert_eq!(found(db, &ada).await, blank);
}

/// Nobody would be left to erase anybody.
pub async fn the_last_admin_is_not_erased(db: &Repositories) {
    let ada = a_user().with_role(Role::Admin).build();
    add(db, &ada).await;
    let outcome = erase(db, &ada).await;
    assert!(matches!(outcome, Err(BeginErasureError::LastAdmin)));
    assert_eq!(*found(db, &ada).await, ada);
    let left = db.erasures.unfinished(9).await.expect("can be read");
    assert_eq!(left, []);
}

/// However often it is tried.
pub async fn of_two_admins_who_erase_each_other_one_stays(db: &Repositories) {
    let mut last = a_user().with_role(Role::Admin).build();
    add(db, &last).await;
    for _ in 0..5 {
        let other = a_user().with_role(Role::Admin).build();
        add(db, &other).await;
        let (one, two) = tokio::join!(erase(db, &last), erase(db, &other));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let admins = UserFilter {
            role: Some(Role::Admin),
            ..UserFilter::default()
        };
        let mut left = db.users.list(&admins, None, 9).await.expect("can be read");
        assert_eq!(left.len(), 1, "{left:?}");
        last = left.remove(0);
    }
}
