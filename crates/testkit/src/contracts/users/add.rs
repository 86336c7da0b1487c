//! Entering one person.

use super::{changed, enter, records, registering, stored};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, an_id, moment};
use domain::accounts::{Role, UserPatch};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::{SiteId, UserId};
use ports::Committed;
use ports::accounts::AddUserError;

/// Everything about a person comes back as it was entered.
pub async fn a_person_is_found_as_they_were_entered(db: &Repositories) {
    let full = a_user()
        .named("Åsa Öström")
        .with_email("Åsa.Öström@exempel.SE")
        .with_phone("+46 8 123 45")
        .with_address("Storgatan 1\n111 22 Stockholm")
        .with_subject("auth|42")
        .with_role(Role::Manager)
        .at_site(SiteId::new(an_id()))
        .at_site(SiteId::new(an_id()))
        .build();
    let plain = a_user().build();
    for user in [full, plain] {
        let added = db
            .users
            .add(&user, &a_commit())
            .await
            .expect("nothing is in the way");
        assert_eq!(added, Committed::Fresh(user.clone()));
        let found = stored(db, user.id).await;
        assert_eq!(found, user);
        assert_eq!(found.profile.email.reveal(), user.profile.email.reveal());
    }
}

/// Absence is no failure.
pub async fn nobody_is_found_under_an_unknown_id(db: &Repositories) {
    let found = db.users.find(UserId::new(an_id())).await;
    assert_eq!(found.expect("can be read"), None);
}

/// Whether nobody was ever entered; a deleted person was.
pub async fn a_new_directory_is_empty_until_somebody_is_entered(db: &Repositories) {
    assert!(db.users.is_empty().await.expect("can be read"));
    let user = a_user().build();
    enter(db, &user).await;
    assert!(!db.users.is_empty().await.expect("can be read"));
    let deleted = changed(user.deleted(moment(1)));
    db.users
        .save(&deleted, user.version, &a_commit())
        .await
        .expect("can be saved");
    assert!(!db.users.is_empty().await.expect("can be read"));
}

/// Casing makes no other address.
pub async fn emails_are_unique_whatever_their_case(db: &Repositories) {
    enter(db, &a_user().with_email("ada@example.org").build()).await;
    let shouting = a_user().with_email("ADA@Example.ORG").build();
    let outcome = db.users.add(&shouting, &a_commit()).await;
    let Err(AddUserError::EmailTaken(email)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(email.reveal(), "ADA@Example.ORG");
}

/// Nor does it in any other script.
pub async fn emails_are_unique_whatever_their_case_beyond_ascii(db: &Repositories) {
    for (small, large) in [
        ("åsa@exempel.se", "ÅSA@exempel.se"),
        ("анна@пример.рф", "АННА@ПРИМЕР.РФ"),
    ] {
        enter(db, &a_user().with_email(small).build()).await;
        let outcome = db
            .users
            .add(&a_user().with_email(large).build(), &a_commit())
            .await;
        assert!(
            matches!(outcome, Err(AddUserError::EmailTaken(_))),
            "{outcome:?}"
        );
    }
}

/// Only casing is folded, not accents or look-alikes.
pub async fn emails_that_only_look_alike_are_different(db: &Repositories) {
    for email in [
        "asa@example.org",
        "åsa@example.org",
        "аsa@example.org",
        "as_@example.org",
        "as%@example.org",
    ] {
        enter(db, &a_user().with_email(email).build()).await;
    }
}

/// One living person a subject; any number without one. Subjects are compared as they are.
pub async fn external_subjects_are_unique(db: &Repositories) {
    enter(db, &a_user().with_subject("auth|1").build()).await;
    let outcome = db
        .users
        .add(&a_user().with_subject("auth|1").build(), &a_commit())
        .await;
    assert!(
        matches!(outcome, Err(AddUserError::SubjectTaken)),
        "{outcome:?}"
    );
    enter(db, &a_user().with_subject("AUTH|1").build()).await;
    enter(db, &a_user().build()).await;
    enter(db, &a_user().build()).await;
}

/// The email comes first, on every database.
pub async fn a_person_in_the_way_twice_is_told_of_the_email(db: &Repositories) {
    enter(
        db,
        &a_user()
            .with_email("ada@example.org")
            .with_subject("auth|1")
            .build(),
    )
    .await;
    let both = a_user()
        .with_email("ada@example.org")
        .with_subject("auth|1")
        .build();
    let outcome = db.users.add(&both, &a_commit()).await;
    assert!(
        matches!(outcome, Err(AddUserError::EmailTaken(_))),
        "{outcome:?}"
    );
}

/// Emails are unique among people who are not deleted.
pub async fn the_email_of_a_deleted_person_is_free(db: &Repositories) {
    for _ in 0..2 {
        let user = a_user().with_email("ada@example.org").build();
        enter(db, &user).await;
        let deleted = changed(user.deleted(moment(1)));
        db.users
            .save(&deleted, user.version, &a_commit())
            .await
            .expect("can be saved");
    }
    enter(db, &a_user().with_email("ada@example.org").build()).await;
}

/// So are external subjects.
pub async fn the_subject_of_a_deleted_person_is_free(db: &Repositories) {
    let user = a_user().with_subject("auth|1").build();
    enter(db, &user).await;
    let deleted = changed(user.deleted(moment(1)));
    db.users
        .save(&deleted, user.version, &a_commit())
        .await
        .expect("can be saved");
    enter(db, &a_user().with_subject("auth|1").build()).await;
}

/// Neither the row nor its records.
pub async fn a_refused_person_leaves_nothing(db: &Repositories) {
    enter(db, &a_user().with_email("ada@example.org").build()).await;
    let refused = a_user().with_email("ada@example.org").build();
    let outcome = db.users.add(&refused, &registering(&[&refused])).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(db.users.find(refused.id).await.expect("can be read"), None);
    assert_eq!(records(db, &[&refused]).await, (0, 0));
}

/// In the same transaction as the person.
pub async fn an_entered_person_leaves_one_record_and_one_event(db: &Repositories) {
    let user = a_user().build();
    db.users
        .add(&user, &registering(&[&user]))
        .await
        .expect("nothing is in the way");
    assert_eq!(records(db, &[&user]).await, (1, 1));
}

/// Nothing was done to them.
pub async fn records_about_others_are_not_stored(db: &Repositories) {
    let (user, other) = (a_user().build(), a_user().build());
    enter(db, &other).await;
    let commit = a_commit()
        .saying(Audit::of(Action::UserChanged, other.id))
        .telling(Event::user(EventKind::UserChanged, other.id, other.version));
    db.users
        .add(&user, &commit)
        .await
        .expect("nothing is in the way");
    assert_eq!(records(db, &[&user, &other]).await, (0, 0));
}

/// However the row changed since then.
pub async fn a_replay_answers_the_person_as_they_were_entered(db: &Repositories) {
    let user = a_user()
        .named("Åsa Öström")
        .with_phone("110")
        .with_address("1 High St\nLeeds")
        .with_subject("auth|1")
        .at_site(SiteId::new(an_id()))
        .build();
    let commit = a_commit().keyed("key", "add");
    db.users
        .add(&user, &commit)
        .await
        .expect("nothing is in the way");
    let patch = UserPatch {
        phone: Some(None),
        role: Some(Role::Admin),
        ..UserPatch::default()
    };
    let later = changed(user.patched(patch, moment(5)).expect("is not deleted"));
    db.users
        .save(&later, user.version, &a_commit())
        .await
        .expect("can be saved");
    let again = db.users.add(&a_user().build(), &commit.at(moment(9))).await;
    assert_eq!(again.expect("is replayed"), Committed::Replayed(user));
}

/// No second person, no second record, no second event.
pub async fn a_replay_stores_nothing_again(db: &Repositories) {
    let (user, other) = (a_user().build(), a_user().build());
    let commit = registering(&[&user]).keyed("key", "add");
    db.users
        .add(&user, &commit)
        .await
        .expect("nothing is in the way");
    let commit = registering(&[&user, &other]).keyed("key", "add");
    let again = db.users.add(&other, &commit).await.expect("is replayed");
    assert!(again.is_replayed());
    assert_eq!(db.users.find(other.id).await.expect("can be read"), None);
    assert_eq!(records(db, &[&user, &other]).await, (1, 1));
}

/// The unique index decides, not a look beforehand.
pub async fn of_two_adding_one_email_at_once_one_wins(db: &Repositories) {
    let (commit, email) = (a_commit(), "ada@example.org");
    let users = [(); 8].map(|()| a_user().with_email(email).build());
    let attempts = users.iter().map(|user| db.users.add(user, &commit));
    let outcomes = futures::future::join_all(attempts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(AddUserError::EmailTaken(_)));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}
