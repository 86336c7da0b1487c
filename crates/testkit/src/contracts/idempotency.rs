//! What every database promises of requests that can be repeated, whatever they are about.

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_pending_image, a_user, an_id, moment};
use domain::accounts::User;
use domain::actors::Principal;
use domain::ids::{KeyId, UserId};
use ports::accounts::{AddUserError, AddUsersError, BatchMode};
use ports::{ClaimError, Commit, Committed};

const DAY: i64 = 24 * 3_600;

fn keyed() -> Commit {
    a_commit().keyed("key", "add one")
}

async fn add(
    db: &Repositories,
    user: &User,
    commit: &Commit,
) -> Result<Committed<User>, AddUserError> {
    db.users.add(user, commit).await
}

async fn fresh(db: &Repositories, commit: &Commit) -> User {
    let user = a_user().build();
    let added = add(db, &user, commit).await.expect("nothing is in the way");
    assert_eq!(added, Committed::Fresh(user.clone()));
    user
}

async fn replayed(db: &Repositories, commit: &Commit) -> User {
    let added = add(db, &a_user().build(), commit)
        .await
        .expect("is replayed");
    assert!(added.is_replayed());
    added.into_inner()
}

/// As often as it is sent.
pub async fn the_same_key_and_request_is_replayed(db: &Repositories) {
    let user = fresh(db, &keyed()).await;
    for _ in 0..3 {
        assert_eq!(replayed(db, &keyed()).await, user);
    }
}

/// Without a key nothing is remembered.
pub async fn requests_without_a_key_are_not_replayed(db: &Repositories) {
    fresh(db, &a_commit()).await;
    fresh(db, &a_commit()).await;
}

/// By the same operation and by another.
pub async fn a_key_is_not_used_for_something_else(db: &Repositories) {
    fresh(db, &keyed()).await;
    let other = a_commit().keyed("key", "add another");
    let outcome = add(db, &a_user().build(), &other).await;
    assert!(
        matches!(outcome, Err(AddUserError::Claim(ClaimError::Reused))),
        "{outcome:?}"
    );
    let outcome = db
        .users
        .add_all(&[a_user().build()], BatchMode::Atomic, &other)
        .await;
    assert!(
        matches!(outcome, Err(AddUsersError::Claim(ClaimError::Reused))),
        "{outcome:?}"
    );
}

/// Keys are compared as they are.
pub async fn keys_differ_by_casing(db: &Repositories) {
    let one = fresh(db, &keyed()).await;
    let other = fresh(db, &a_commit().keyed("KEY", "add one")).await;
    assert_ne!(one.id, other.id);
}

/// Nobody sees another's answer, and nobody is in another's way.
pub async fn keys_of_two_principals_do_not_meet(db: &Repositories) {
    let id = an_id();
    let principals = [
        Principal::User(UserId::new(id)),
        Principal::Key(KeyId::new(id)),
        Principal::User(UserId::new(an_id())),
        Principal::System,
        Principal::Anonymous,
    ];
    let mut entered = Vec::new();
    for principal in principals {
        entered.push(fresh(db, &keyed().by(principal)).await);
    }
    for (principal, user) in principals.into_iter().zip(entered) {
        assert_eq!(replayed(db, &keyed().by(principal)).await, user);
    }
}

/// Only applied outcomes are stored.
pub async fn a_failed_effect_does_not_burn_the_key(db: &Repositories) {
    let taken = a_user().with_email("ada@example.org").build();
    add(db, &taken, &a_commit())
        .await
        .expect("nothing is in the way");
    let refused = a_user().with_email("ada@example.org").build();
    let outcome = add(db, &refused, &keyed()).await;
    assert!(
        matches!(outcome, Err(AddUserError::EmailTaken(_))),
        "{outcome:?}"
    );
    let outcome = db
        .users
        .add_all(&[refused], BatchMode::Atomic, &keyed())
        .await;
    assert!(
        matches!(outcome, Err(AddUsersError::Refused(_))),
        "{outcome:?}"
    );
    fresh(db, &a_commit().keyed("key", "add another")).await;
}

/// And then it is free.
pub async fn an_answer_is_kept_for_a_day(db: &Repositories) {
    let user = fresh(db, &keyed()).await;
    assert_eq!(replayed(db, &keyed().at(moment(DAY - 1))).await, user);
    let reused = a_commit().keyed("key", "add another");
    let outcome = add(db, &a_user().build(), &reused.clone().at(moment(DAY - 1))).await;
    assert!(
        matches!(outcome, Err(AddUserError::Claim(ClaimError::Reused))),
        "{outcome:?}"
    );
    let later = fresh(db, &reused.clone().at(moment(DAY))).await;
    assert_eq!(replayed(db, &reused.at(moment(2 * DAY - 1))).await, later);
}

/// One is carried out; the others see its answer, or that it is being carried out.
pub async fn of_many_at_once_under_one_key_one_is_carried_out(db: &Repositories) {
    let (commit, users) = (keyed(), [(); 8].map(|()| a_user().build()));
    let outcomes = futures::future::join_all(users.iter().map(|user| add(db, user, &commit))).await;
    let fresh = |outcome: &&Result<_, _>| matches!(outcome, Ok(Committed::Fresh(_)));
    assert_eq!(outcomes.iter().filter(fresh).count(), 1, "{outcomes:?}");
    let fair = |outcome: &Result<_, _>| {
        matches!(
            outcome,
            Ok(_) | Err(AddUserError::Claim(ClaimError::InFlight))
        )
    };
    assert!(outcomes.iter().all(fair), "{outcomes:?}");
    let answer = replayed(db, &commit).await;
    for added in outcomes.into_iter().flatten() {
        assert_eq!(added.into_inner(), answer);
    }
}

/// Exactly what is void, answered or reserved.
pub async fn what_is_void_is_forgotten(db: &Repositories) {
    let user = fresh(db, &keyed()).await;
    fresh(db, &keyed().by(Principal::Anonymous).at(moment(60))).await;
    let upload = a_commit().keyed("upload", "a photo");
    let image = a_pending_image(user.id).build();
    db.images
        .reserve(&image, 1_000_000, &upload)
        .await
        .expect("there is room");
    let forget = async |at| {
        db.idempotency
            .forget_expired(moment(at))
            .await
            .expect("can be forgotten")
    };
    assert_eq!(forget(59).await, 0);
    assert_eq!(
        forget(60).await,
        1,
        "the reservation ends with the upload's deadline"
    );
    assert_eq!(forget(DAY - 1).await, 0);
    assert_eq!(forget(DAY).await, 1);
    assert_eq!(forget(DAY + 60).await, 1);
    assert_eq!(forget(9 * DAY).await, 0);
    fresh(db, &a_commit().keyed("key", "add another")).await;
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! idempotency_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::idempotency,
            $fixture,
            [
                the_same_key_and_request_is_replayed,
                requests_without_a_key_are_not_replayed,
                a_key_is_not_used_for_something_else,
                keys_differ_by_casing,
                keys_of_two_principals_do_not_meet,
                a_failed_effect_does_not_burn_the_key,
                an_answer_is_kept_for_a_day,
                of_many_at_once_under_one_key_one_is_carried_out,
                what_is_void_is_forgotten,
            ]
        );
    };
}
