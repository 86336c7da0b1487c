//! What every keeper of signed-in devices promises.

mod ending;
mod rotating;

pub use ending::*;
pub use rotating::*;

use crate::Repositories;
use crate::builders::{
    CommitWith, a_commit, a_password, a_session, a_user, an_id, give_password, moment,
};
use domain::accounts::{Session, Status, User};
use domain::audit::{Action, Audit};
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;
use ports::Commit;
use ports::accounts::{AccessChange, OpenSessionError, PasswordHash};
use std::time::Duration;

async fn entered(db: &Repositories) -> User {
    let user = a_user().build();
    let added = db.users.add(&user, &a_commit()).await;
    added.expect("nothing is in the way");
    give_password(db, user.id, &first_password()).await;
    user
}

/// Everybody's, here.
fn first_password() -> PasswordHash {
    a_password("first")
}

async fn open(db: &Repositories, session: &Session, commit: &Commit) {
    let opened = db.sessions.open(session, &first_password(), commit).await;
    opened.expect("may sign in");
}

async fn opened(db: &Repositories, user: UserId) -> Session {
    let session = a_session(user);
    open(db, &session, &a_commit()).await;
    session
}

fn at(time: Timestamp) -> Commit {
    Commit {
        at: time,
        ..a_commit()
    }
}

async fn found(db: &Repositories, id: SessionId) -> Option<Session> {
    db.sessions.find(id).await.expect("can be read")
}

/// Which sessions everybody was told of.
async fn told(db: &Repositories) -> Vec<SessionId> {
    let changes = db.access.within(Duration::from_secs(60)).await;
    let changes = changes.expect("can be read").into_iter();
    let ended = changes.filter_map(|change| match change {
        AccessChange::Session(id) => Some(id),
        AccessChange::User(..) | AccessChange::Key(_) => None,
    });
    ended.collect()
}

async fn trail(db: &Repositories, user: UserId) -> Vec<Audit> {
    let rows = db.audit.of_user(user, None, 99).await;
    let rows = rows.expect("can be read").into_iter();
    rows.map(|row| row.entry).collect()
}

/// Everything about it.
pub async fn a_session_is_found_as_it_was_opened(db: &Repositories) {
    let user = entered(db).await;
    let session = opened(db, user.id).await;
    assert_eq!(found(db, session.id).await, Some(session));
    assert_eq!(found(db, SessionId::new(an_id())).await, None);
    let nameless = Session {
        client: None,
        ..a_session(user.id)
    };
    open(db, &nameless, &a_commit()).await;
    assert_eq!(found(db, nameless.id).await, Some(nameless));
    assert_eq!(told(db).await, []);
}

/// Suspended and deleted people do not, and leave no record.
pub async fn only_active_people_open_sessions(db: &Repositories) {
    let mut nobody = vec![UserId::new(an_id())];
    for status in [Status::Suspended, Status::Deleted] {
        let user = a_user().with_status(status).build();
        let added = db.users.add(&user, &a_commit()).await;
        added.expect("nothing is in the way");
        nobody.push(user.id);
    }
    for id in nobody {
        let entry = Audit::of(Action::SessionStarted, id);
        let outcome = db
            .sessions
            .open(&a_session(id), &first_password(), &a_commit().saying(entry))
            .await;
        assert!(
            matches!(outcome, Err(OpenSessionError::NotActive)),
            "{outcome:?}"
        );
        assert_eq!(trail(db, id).await, []);
    }
}

/// Not even while they are on the way in; nor does somebody without one.
pub async fn only_the_present_password_opens_a_session(db: &Repositories) {
    let user = entered(db).await;
    give_password(db, user.id, &a_password("second")).await;
    let without = a_user().build();
    let added = db.users.add(&without, &a_commit()).await;
    added.expect("nothing is in the way");
    for id in [user.id, without.id] {
        let session = a_session(id);
        let entry = Audit::of(Action::SessionStarted, id);
        let commit = a_commit().saying(entry);
        let outcome = db.sessions.open(&session, &first_password(), &commit).await;
        assert!(
            matches!(outcome, Err(OpenSessionError::Replaced)),
            "{outcome:?}"
        );
        assert_eq!(found(db, session.id).await, None);
        assert_eq!(trail(db, id).await, []);
    }
}

/// With the session, and about its person only.
pub async fn opening_a_session_leaves_its_records(db: &Repositories) {
    let user = entered(db).await;
    let session = a_session(user.id);
    let entry = Audit::of(Action::SessionStarted, user.id).about(session.id.uuid());
    open(db, &session, &a_commit().saying(entry.clone())).await;
    assert_eq!(trail(db, user.id).await, [entry]);
}

/// The last used first, without those that are over and without other people's.
pub async fn a_persons_sessions_are_listed(db: &Repositories) {
    let (user, other) = (entered(db).await, entered(db).await);
    let (first, second) = (opened(db, user.id).await, opened(db, user.id).await);
    opened(db, other.id).await;
    let rotated = db.sessions.rotate(first.id, 1, &at(moment(60))).await;
    let rotated = rotated.expect("is the living token");
    let listed = db.sessions.of_user(user.id, moment(61)).await;
    let second_is_over = second.expires_at();
    assert_eq!(listed.expect("can be read"), [rotated.clone(), second]);
    let later = db.sessions.of_user(user.id, second_is_over).await;
    assert_eq!(later.expect("can be read"), [rotated]);
}

/// Those that were quiet for longest.
pub async fn beyond_a_hundred_devices_the_quietest_are_signed_out(db: &Repositories) {
    let user = entered(db).await;
    let mut sessions = Vec::new();
    for number in 0..=Session::MOST as i64 {
        let session = Session::begin(SessionId::new(an_id()), user.id, None, moment(number));
        open(db, &session, &at(moment(number))).await;
        sessions.push(session);
    }
    assert_eq!(found(db, sessions[0].id).await, None);
    assert_eq!(told(db).await, [sessions[0].id]);
    let listed = db.sessions.of_user(user.id, moment(200)).await;
    let listed = listed.expect("can be read");
    assert_eq!(listed.len(), Session::MOST);
    assert_eq!(listed.last(), Some(&sessions[1]));
}

/// And nothing else.
pub async fn what_is_over_is_forgotten(db: &Repositories) {
    let user = entered(db).await;
    let (one, other) = (opened(db, user.id).await, opened(db, user.id).await);
    let rotated = db.sessions.rotate(other.id, 1, &at(moment(60))).await;
    rotated.expect("is the living token");
    let forgotten = db.sessions.forget_expired(one.expires_at()).await;
    assert_eq!(forgotten.expect("can be written"), 1);
    assert_eq!(found(db, one.id).await, None);
    assert!(found(db, other.id).await.is_some());
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! session_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::sessions,
            $fixture,
            [
                a_session_is_found_as_it_was_opened,
                only_active_people_open_sessions,
                only_the_present_password_opens_a_session,
                opening_a_session_leaves_its_records,
                a_persons_sessions_are_listed,
                beyond_a_hundred_devices_the_quietest_are_signed_out,
                what_is_over_is_forgotten,
                the_living_token_is_replaced,
                a_token_that_was_just_replaced_gets_the_same_successor,
                a_reused_token_ends_its_session_and_says_so,
                a_session_that_is_over_is_not_rotated,
                a_person_who_is_not_active_gets_no_successor,
                of_many_with_the_same_token_all_get_the_same_successor,
                one_device_is_signed_out,
                all_devices_are_signed_out_but_one,
                other_peoples_devices_are_nobodys_business,
                a_person_who_is_not_active_any_more_has_no_sessions,
                an_invitation_signs_every_device_out,
                a_changed_password_signs_the_other_devices_out,
                only_active_people_change_their_password,
                only_the_password_that_was_checked_is_changed,
                a_device_that_was_signed_out_changes_no_password,
                a_changed_password_voids_the_invitation,
            ]
        );
    };
}
