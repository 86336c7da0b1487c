//! Changing a person.

use super::{changed, enter, records, stored};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, a_user, an_id, moment};
use domain::Version;
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Role, User, UserPatch,
};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::SiteId;
use ports::accounts::SaveUserError;

fn patched(user: &User, patch: UserPatch) -> User {
    changed(user.patched(patch, moment(1)).expect("is not deleted"))
}

pub(super) fn with_role(user: &User, role: Role) -> User {
    patched(
        user,
        UserPatch {
            role: Some(role),
            ..UserPatch::default()
        },
    )
}

pub(super) fn with_email(user: &User, email: &str) -> User {
    patched(
        user,
        UserPatch {
            email: Email::parse(email).ok(),
            ..UserPatch::default()
        },
    )
}

pub(super) async fn save(db: &Repositories, old: &User, new: &User) -> Result<(), SaveUserError> {
    db.users.save(new, old.version, &a_commit()).await
}

/// Every field, and sites replaced as a whole.
pub async fn a_saved_person_is_found_as_saved(db: &Repositories) {
    let (kept, gone, new) = (
        SiteId::new(an_id()),
        SiteId::new(an_id()),
        SiteId::new(an_id()),
    );
    let user = a_user()
        .with_phone("110")
        .at_site(kept)
        .at_site(gone)
        .build();
    enter(db, &user).await;
    let patch = UserPatch {
        given_name: GivenName::parse("Grace").ok(),
        family_name: FamilyName::parse("Hopper").ok(),
        email: Email::parse("Grace@example.org").ok(),
        phone: Some(Phone::parse("112").ok()),
        address: Some(Address::parse("1 High St").ok()),
        external_subject: Some(ExternalSubject::parse("auth|9").ok()),
        role: Some(Role::Manager),
        site_ids: Some([kept, new].into()),
    };
    let saved = patched(&user, patch);
    save(db, &user, &saved).await.expect("can be saved");
    assert_eq!(stored(db, user.id).await, saved);
    let emptied = patched(
        &saved,
        UserPatch {
            phone: Some(None),
            site_ids: Some([].into()),
            ..UserPatch::default()
        },
    );
    save(db, &saved, &emptied).await.expect("can be saved");
    assert_eq!(stored(db, user.id).await, emptied);
}

/// And the caller is told the version that is there.
pub async fn saving_at_a_stale_version_is_refused(db: &Repositories) {
    let user = a_user().build();
    enter(db, &user).await;
    let manager = with_role(&user, Role::Manager);
    save(db, &user, &manager).await.expect("can be saved");
    let outcome = save(db, &user, &with_email(&user, "ada@example.org")).await;
    let Err(SaveUserError::Outdated(version)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(version, user.version.next());
    assert_eq!(stored(db, user.id).await, manager);
    let future = db
        .users
        .save(
            &manager,
            Version::parse(9).expect("is a version"),
            &a_commit(),
        )
        .await;
    assert!(
        matches!(future, Err(SaveUserError::Outdated(_))),
        "{future:?}"
    );
}

/// However close they are.
pub async fn of_two_saving_one_version_one_wins(db: &Repositories) {
    let user = a_user().build();
    enter(db, &user).await;
    let new = with_role(&user, Role::Manager);
    let outcomes = futures::future::join_all([(); 8].map(|()| save(db, &user, &new))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let outdated = |outcome: &&Result<_, _>| matches!(outcome, Err(SaveUserError::Outdated(_)));
    assert_eq!(outcomes.iter().filter(outdated).count(), 7, "{outcomes:?}");
}

/// Saving makes nobody.
pub async fn saving_nobody_is_refused(db: &Repositories) {
    let user = a_user().build();
    let outcome = save(db, &user, &with_role(&user, Role::Admin)).await;
    assert!(
        matches!(outcome, Err(SaveUserError::Missing)),
        "{outcome:?}"
    );
    assert!(db.users.is_empty().await.expect("can be read"));
}

/// Whatever the caller believes it to be: only the image repository writes it.
pub async fn saving_does_not_touch_the_avatar(db: &Repositories) {
    let user = a_user().build();
    enter(db, &user).await;
    let image = a_pending_image(user.id).build();
    db.images
        .reserve(&image, 1_000_000, &a_commit())
        .await
        .expect("there is room");
    db.images
        .publish(image.id, &a_commit())
        .await
        .expect("is in time");
    let seen = stored(db, user.id).await;
    assert_eq!(seen.avatar, Some(image.id));
    let ignorant = User {
        avatar: None,
        ..with_role(&seen, Role::Manager)
    };
    save(db, &seen, &ignorant).await.expect("can be saved");
    assert_eq!(
        stored(db, user.id).await,
        User {
            avatar: Some(image.id),
            ..ignorant
        }
    );
}

/// In any casing; and then nothing is changed.
pub async fn a_taken_email_is_refused_when_saving(db: &Repositories) {
    enter(db, &a_user().with_email("åsa@example.org").build()).await;
    let user = a_user().build();
    enter(db, &user).await;
    let outcome = save(db, &user, &with_email(&user, "ÅSA@example.org")).await;
    let Err(SaveUserError::EmailTaken(email)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(email.reveal(), "ÅSA@example.org");
    assert_eq!(stored(db, user.id).await, user);
}

/// Like an email.
pub async fn a_taken_subject_is_refused_when_saving(db: &Repositories) {
    enter(db, &a_user().with_subject("auth|1").build()).await;
    let user = a_user().build();
    enter(db, &user).await;
    let subject = Some(ExternalSubject::parse("auth|1").ok());
    let new = patched(
        &user,
        UserPatch {
            external_subject: subject,
            ..UserPatch::default()
        },
    );
    let outcome = save(db, &user, &new).await;
    assert!(
        matches!(outcome, Err(SaveUserError::SubjectTaken)),
        "{outcome:?}"
    );
}

/// Nobody is in their own way.
pub async fn another_casing_of_ones_own_email_is_saved(db: &Repositories) {
    let user = a_user().with_email("ada@example.org").build();
    enter(db, &user).await;
    let new = with_email(&user, "Ada@Example.org");
    save(db, &user, &new).await.expect("can be saved");
    assert_eq!(
        stored(db, user.id).await.profile.email.reveal(),
        "Ada@Example.org"
    );
}

/// The email belongs to somebody else by now.
pub async fn restoring_is_refused_when_the_email_was_taken_meanwhile(db: &Repositories) {
    let user = a_user().with_email("ada@example.org").build();
    enter(db, &user).await;
    let deleted = changed(user.deleted(moment(1)));
    save(db, &user, &deleted).await.expect("can be saved");
    enter(db, &a_user().with_email("ADA@example.org").build()).await;
    let outcome = save(db, &deleted, &changed(deleted.restored(moment(2)))).await;
    assert!(
        matches!(outcome, Err(SaveUserError::EmailTaken(_))),
        "{outcome:?}"
    );
    assert_eq!(stored(db, user.id).await, deleted);
}

/// With everything they had.
pub async fn a_deleted_person_is_restored(db: &Repositories) {
    let user = a_user()
        .with_subject("auth|1")
        .at_site(SiteId::new(an_id()))
        .build();
    enter(db, &user).await;
    let deleted = changed(user.deleted(moment(1)));
    save(db, &user, &deleted).await.expect("can be saved");
    let restored = changed(deleted.restored(moment(2)));
    save(db, &deleted, &restored).await.expect("can be saved");
    assert_eq!(stored(db, user.id).await, restored);
    assert_eq!(restored.profile, user.profile);
}

fn recorded(user: &User) -> ports::Commit {
    a_commit()
        .saying(Audit::of(Action::UserChanged, user.id))
        .telling(Event::user(EventKind::UserChanged, user.id, user.version))
}

/// Neither records nor half of the change.
pub async fn a_refused_save_leaves_nothing(db: &Repositories) {
    enter(db, &a_user().with_email("ada@example.org").build()).await;
    let user = a_user().build();
    enter(db, &user).await;
    let patch = UserPatch {
        email: Email::parse("ada@example.org").ok(),
        site_ids: Some([SiteId::new(an_id())].into()),
        ..UserPatch::default()
    };
    let new = patched(&user, patch);
    let outcome = db.users.save(&new, user.version, &recorded(&new)).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(stored(db, user.id).await, user);
    assert_eq!(records(db, &[&user]).await, (0, 0));
}

/// In the same transaction as the change.
pub async fn a_save_leaves_one_record_and_one_event(db: &Repositories) {
    let user = a_user().build();
    enter(db, &user).await;
    let new = with_role(&user, Role::Manager);
    db.users
        .save(&new, user.version, &recorded(&new))
        .await
        .expect("can be saved");
    assert_eq!(records(db, &[&user]).await, (1, 1));
}
