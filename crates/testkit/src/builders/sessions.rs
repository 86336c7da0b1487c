//! Signed-in devices.

use super::{a_commit, a_password, an_id, give_password, moment};
use crate::Repositories;
use domain::accounts::{Client, Session};
use domain::ids::{SessionId, UserId};

/// A device that this person signed in with at [`moment`] 0.
#[must_use]
pub fn a_session(user: UserId) -> Session {
    let client = Client::read("Muster/1 (test)");
    Session::begin(SessionId::new(an_id()), user, client, moment(0))
}

/// Gives a person the password of that name and signs a device in with it.
pub async fn sign_in(db: &Repositories, user: UserId, password: &str) -> Session {
    let (session, password) = (a_session(user), a_password(password));
    give_password(db, user, &password).await;
    let opened = db.sessions.open(&session, &password, &a_commit()).await;
    opened.expect("may sign in");
    session
}
