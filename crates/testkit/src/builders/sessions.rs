//! Signed-in devices.

use super::{an_id, moment};
use domain::accounts::{Client, Session};
use domain::ids::{SessionId, UserId};

/// A device that this person signed in with at [`moment`] 0.
#[must_use]
pub fn a_session(user: UserId) -> Session {
    let client = Client::read("Muster/1 (test)");
    Session::begin(SessionId::new(an_id()), user, client, moment(0))
}
