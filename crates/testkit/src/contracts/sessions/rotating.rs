//! What becomes of refresh tokens.

use super::{at, entered, found, opened, told, trail};
use crate::Repositories;
use crate::builders::{a_commit, moment};
use domain::accounts::users::Changed;
use domain::accounts::{Session, User};
use domain::audit::{Action, Audit};
use ports::accounts::RotateError;

/// The next number, from now on.
pub async fn the_living_token_is_replaced(db: &Repositories) {
    let session = opened(db, entered(db).await.id).await;
    for turn in 1..4 {
        let rotated = db
            .sessions
            .rotate(session.id, turn, &at(moment(i64::from(turn) * 100)))
            .await;
        let rotated = rotated.expect("is the living token");
        let expected = Session {
            generation: turn + 1,
            rotated_at: moment(i64::from(turn) * 100),
            ..session.clone()
        };
        assert_eq!(rotated, expected);
        assert_eq!(found(db, session.id).await, Some(expected));
    }
    assert_eq!(trail(db, session.user).await, [], "that would be noise");
}

/// And the session is as it was.
pub async fn a_token_that_was_just_replaced_gets_the_same_successor(db: &Repositories) {
    let session = opened(db, entered(db).await.id).await;
    let first = db.sessions.rotate(session.id, 1, &at(moment(100))).await;
    let first = first.expect("is the living token");
    let again = db.sessions.rotate(session.id, 1, &at(moment(129))).await;
    assert_eq!(again.expect("was just replaced"), first);
    assert_eq!(found(db, session.id).await, Some(first));
}

/// Nobody knows who of the two is the thief.
pub async fn a_reused_token_ends_its_session_and_says_so(db: &Repositories) {
    let user = entered(db).await;
    let (session, other) = (opened(db, user.id).await, opened(db, user.id).await);
    let rotated = db.sessions.rotate(session.id, 1, &at(moment(100))).await;
    rotated.expect("is the living token");
    let reused = db.sessions.rotate(session.id, 1, &at(moment(130))).await;
    assert!(matches!(reused, Err(RotateError::Reused)), "{reused:?}");
    assert_eq!(found(db, session.id).await, None);
    assert_eq!(told(db).await, [session.id]);
    let entry = Audit::of(Action::SessionReused, user.id).about(session.id.uuid());
    assert_eq!(trail(db, user.id).await, [entry]);
    let living = db.sessions.rotate(session.id, 2, &at(moment(131))).await;
    assert!(matches!(living, Err(RotateError::Over)), "{living:?}");
    assert_eq!(found(db, other.id).await, Some(other));
}

/// By itself after 30 days, or since it never was.
pub async fn a_session_that_is_over_is_not_rotated(db: &Repositories) {
    let session = opened(db, entered(db).await.id).await;
    let over = db
        .sessions
        .rotate(session.id, 1, &at(session.expires_at()))
        .await;
    assert!(matches!(over, Err(RotateError::Over)), "{over:?}");
    let never = db.sessions.rotate(session.id, 2, &at(moment(1))).await;
    assert!(matches!(never, Err(RotateError::Over)), "{never:?}");
    assert_eq!(told(db).await, [], "nobody did anything");
}

async fn save(db: &Repositories, old: &User, new: Changed) -> User {
    let Changed::To(new, _) = new else {
        panic!("nothing changed")
    };
    let saved = db.users.save(&new, old.version, &a_commit()).await;
    saved.expect("can be saved");
    *new
}

/// However living the token is.
pub async fn a_person_who_is_not_active_gets_no_successor(db: &Repositories) {
    let user = entered(db).await;
    let session = opened(db, user.id).await;
    save(db, &user, user.suspended(moment(1)).expect("is active")).await;
    let outcome = db.sessions.rotate(session.id, 1, &at(moment(2))).await;
    assert!(matches!(outcome, Err(RotateError::Over)), "{outcome:?}");
}

/// One replaces it; the others come just after.
pub async fn of_many_with_the_same_token_all_get_the_same_successor(db: &Repositories) {
    let session = opened(db, entered(db).await.id).await;
    let commit = at(moment(100));
    let asked = (0..50).map(|_| db.sessions.rotate(session.id, 1, &commit));
    let rotated = futures::future::join_all(asked).await;
    for rotated in rotated {
        assert_eq!(rotated.expect("nobody is signed out").generation, 2);
    }
    assert_eq!(
        found(db, session.id)
            .await
            .map(|session| session.generation),
        Some(2)
    );
}
