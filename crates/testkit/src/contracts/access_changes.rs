//! What everybody is told of changed access, and for how long.

use crate::Repositories;
use crate::builders::{a_commit, a_user, sign_in};
use domain::ids::SessionId;
use ports::accounts::{AccessChange, Devices};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

async fn ended(db: &Repositories) -> SessionId {
    let user = a_user().build();
    let added = db.users.add(&user, &a_commit()).await;
    added.expect("nothing is in the way");
    let session = sign_in(db, user.id, "first").await;
    let ended = db.sessions.end(user.id, Devices::All, &a_commit()).await;
    assert_eq!(ended.expect("can be written"), [session.id]);
    session.id
}

/// As often as somebody asks.
pub async fn a_change_is_told_to_everybody_who_asks(db: &Repositories) {
    let (one, other) = (ended(db).await, ended(db).await);
    let expected = [one, other].map(AccessChange::Session);
    for _ in 0..2 {
        let told = db.access.within(LONG).await.expect("can be read");
        assert_eq!(told, expected);
    }
}

/// By the database's own clock.
pub async fn what_is_older_than_asked_for_is_not_told(db: &Repositories) {
    let old = ended(db).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let new = ended(db).await;
    let told = db.access.within(Duration::from_millis(250)).await;
    assert_eq!(told.expect("can be read"), [AccessChange::Session(new)]);
    let told = db.access.within(LONG).await.expect("can be read");
    assert_eq!(told, [old, new].map(AccessChange::Session));
}

/// And no more.
pub async fn what_is_old_is_forgotten(db: &Repositories) {
    ended(db).await;
    let none = db.access.forget_older(LONG).await.expect("can be written");
    assert_eq!(none, 0);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let new = ended(db).await;
    let forgotten = db.access.forget_older(Duration::from_millis(250)).await;
    assert_eq!(forgotten.expect("can be written"), 1);
    let told = db.access.within(LONG).await.expect("can be read");
    assert_eq!(told, [AccessChange::Session(new)]);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! access_changes_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::access_changes,
            $fixture,
            [
                a_change_is_told_to_everybody_who_asks,
                what_is_older_than_asked_for_is_not_told,
                what_is_old_is_forgotten,
            ]
        );
    };
}
