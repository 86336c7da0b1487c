//! Entering many people at once.

use super::{enter, records, registering};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, moment};
use domain::accounts::User;
use ports::Committed;
use ports::accounts::{AddUsersError, Added, BatchMode, Refusal};

const EMAIL: Added = Added::Refused(Refusal::EmailTaken);
const SUBJECT: Added = Added::Refused(Refusal::SubjectTaken);

async fn verdicts(db: &Repositories, users: &[User], mode: BatchMode) -> Vec<Added> {
    let added = db
        .users
        .add_all(users, mode, &a_commit())
        .await
        .expect("can be entered");
    assert!(!added.is_replayed());
    added.into_inner()
}

async fn is_there(db: &Repositories, user: &User) -> bool {
    db.users.find(user.id).await.expect("can be read").is_some()
}

/// In the order given.
pub async fn a_batch_is_entered_with_a_verdict_for_each_row(db: &Repositories) {
    for mode in [BatchMode::Atomic, BatchMode::Partial] {
        let users = [(); 3].map(|()| a_user().with_phone("110").build());
        let applied = users
            .iter()
            .map(|user| Added::Applied(user.id))
            .collect::<Vec<_>>();
        assert_eq!(verdicts(db, &users, mode).await, applied);
        for user in &users {
            assert_eq!(&super::stored(db, user.id).await, user);
        }
    }
}

/// Nothing to do is done.
pub async fn an_empty_batch_is_entered(db: &Repositories) {
    assert_eq!(verdicts(db, &[], BatchMode::Atomic).await, []);
    assert_eq!(verdicts(db, &[], BatchMode::Partial).await, []);
}

/// Every row for itself.
pub async fn a_partial_batch_enters_what_it_can(db: &Repositories) {
    enter(
        db,
        &a_user()
            .with_email("ada@example.org")
            .with_subject("auth|1")
            .build(),
    )
    .await;
    let free = a_user().build();
    let users = [
        a_user().with_email("ADA@example.org").build(),
        free.clone(),
        a_user().with_subject("auth|1").build(),
    ];
    let verdicts = verdicts(db, &users, BatchMode::Partial).await;
    assert_eq!(verdicts, [EMAIL, Added::Applied(free.id), SUBJECT]);
    assert!(!is_there(db, &users[0]).await && is_there(db, &free).await);
}

/// All of them at once, so that a file is mended in one go.
pub async fn an_atomic_batch_names_every_refused_row_and_enters_nothing(db: &Repositories) {
    enter(
        db,
        &a_user()
            .with_email("ada@example.org")
            .with_subject("auth|1")
            .build(),
    )
    .await;
    let users = [
        a_user().build(),
        a_user().with_email("ADA@example.org").build(),
        a_user().with_subject("auth|1").build(),
        a_user().build(),
    ];
    let outcome = db
        .users
        .add_all(&users, BatchMode::Atomic, &a_commit())
        .await;
    let Err(AddUsersError::Refused(refused)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        refused,
        [(1, Refusal::EmailTaken), (2, Refusal::SubjectTaken)]
    );
    for user in &users {
        assert!(!is_there(db, user).await);
    }
}

/// The earlier one wins.
pub async fn rows_of_a_batch_are_in_each_others_way(db: &Repositories) {
    let first = a_user()
        .with_email("åsa@example.org")
        .with_subject("auth|1")
        .build();
    let users = [
        first.clone(),
        a_user().with_email("ÅSA@example.org").build(),
        a_user().with_subject("auth|1").build(),
    ];
    let outcome = db
        .users
        .add_all(&users, BatchMode::Atomic, &a_commit())
        .await;
    let Err(AddUsersError::Refused(refused)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        refused,
        [(1, Refusal::EmailTaken), (2, Refusal::SubjectTaken)]
    );
    let verdicts = verdicts(db, &users, BatchMode::Partial).await;
    assert_eq!(verdicts, [Added::Applied(first.id), EMAIL, SUBJECT]);
}

/// A batch is as if one were entered after the other: who was refused takes no email.
pub async fn a_refused_row_is_in_nobodys_way(db: &Repositories) {
    enter(db, &a_user().with_email("ada@example.org").build()).await;
    let last = a_user().with_subject("auth|1").build();
    let users = [
        a_user()
            .with_email("ada@example.org")
            .with_subject("auth|1")
            .build(),
        last.clone(),
    ];
    let verdicts = verdicts(db, &users, BatchMode::Partial).await;
    assert_eq!(verdicts, [EMAIL, Added::Applied(last.id)]);
}

/// Nothing was done to the others.
pub async fn a_batch_records_only_who_was_entered(db: &Repositories) {
    enter(db, &a_user().with_email("ada@example.org").build()).await;
    let (entered, refused) = (
        a_user().build(),
        a_user().with_email("ada@example.org").build(),
    );
    let commit = registering(&[&entered, &refused]);
    let users = [entered.clone(), refused.clone()];
    db.users
        .add_all(&users, BatchMode::Partial, &commit)
        .await
        .expect("can be entered");
    assert_eq!(records(db, &[&entered]).await, (1, 1));
    assert_eq!(records(db, &[&refused]).await, (0, 0));
    let outcome = db
        .users
        .add_all(
            &[a_user().build(), refused.clone()],
            BatchMode::Atomic,
            &commit,
        )
        .await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(records(db, &[&entered]).await, (1, 1));
}

/// The same ids and the same refusals, whatever changed since.
pub async fn a_replayed_batch_answers_the_same_verdicts(db: &Repositories) {
    enter(
        db,
        &a_user()
            .with_email("ada@example.org")
            .with_subject("auth|1")
            .build(),
    )
    .await;
    let entered = a_user().build();
    let users = [
        entered.clone(),
        a_user().with_email("ada@example.org").build(),
        a_user().with_subject("auth|1").build(),
    ];
    let commit = registering(&[&entered]).keyed("key", "batch");
    let first = db
        .users
        .add_all(&users, BatchMode::Partial, &commit)
        .await
        .expect("can be entered");
    assert_eq!(
        first,
        Committed::Fresh(vec![Added::Applied(entered.id), EMAIL, SUBJECT])
    );
    let commit = commit.at(moment(60));
    let again = db
        .users
        .add_all(&[a_user().build()], BatchMode::Partial, &commit)
        .await;
    assert_eq!(
        again.expect("is replayed"),
        Committed::Replayed(first.into_inner())
    );
    assert_eq!(records(db, &[&entered]).await, (1, 1));
}

/// The largest batch there is.
pub async fn a_thousand_people_are_entered_at_once(db: &Repositories) {
    let users: Vec<User> = (0..1_000).map(|_| a_user().build()).collect();
    let people: Vec<&User> = users.iter().collect();
    let commit = registering(&people).keyed("key", "batch");
    let added = db
        .users
        .add_all(&users, BatchMode::Atomic, &commit)
        .await
        .expect("can be entered");
    let applied = added.into_inner().into_iter().zip(&users);
    assert!(
        applied.clone().count() == 1_000
            && applied
                .into_iter()
                .all(|(verdict, user)| verdict == Added::Applied(user.id))
    );
    assert_eq!(
        db.users
            .list(&domain::accounts::UserFilter::default(), None, 2_000)
            .await
            .expect("can be read")
            .len(),
        1_000
    );
    let events = db
        .outbox
        .claim(moment(0), moment(0), 2_000)
        .await
        .expect("can be claimed");
    assert_eq!(events.len(), 1_000);
}

/// Two batches with emails in common, in opposite order, do not wait for each other: one is entered and the other
/// is told row by row.
pub async fn batches_with_emails_in_common_do_not_stop_each_other(db: &Repositories) {
    for round in 0..5 {
        let person = |number: i32| {
            a_user()
                .with_email(&format!("p{number}.{round}@example.org"))
                .build()
        };
        let one: Vec<User> = (0..200).map(person).collect();
        let other: Vec<User> = (0..200).rev().map(person).collect();
        let (one, other) = tokio::join!(
            verdicts(db, &one, BatchMode::Partial),
            verdicts(db, &other, BatchMode::Partial),
        );
        let entered =
            |verdicts: &[Added]| verdicts.iter().filter(|verdict| **verdict != EMAIL).count();
        assert_eq!(entered(&one) + entered(&other), 200, "{one:?} {other:?}");
    }
}
