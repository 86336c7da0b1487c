//! Builders that say only what matters to a test. Everything else gets a value that is in nobody's way.

mod api_keys;
mod commits;
mod images;
mod invitations;
mod kept;
mod pseudonyms;
mod sessions;
mod signing_keys;
mod users;

pub use api_keys::an_api_key;
pub use commits::{CommitWith, a_commit};
pub use images::{PendingImageBuilder, a_pending_image};
pub use invitations::{a_password, a_set_up_link, an_invitation, give_password};
pub use kept::kept;
pub use pseudonyms::{a_pseudonym, a_pseudonym_of};
pub use sessions::{a_session, sign_in};
pub use signing_keys::a_signing_key;
pub use users::{UserBuilder, a_user};

use crate::parts::CountingIds;
use jiff::{SignedDuration, Timestamp};
use ports::Ids;
use std::sync::LazyLock;
use uuid::Uuid;

static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);

/// An id that no other call of this process gets; later ones are greater.
#[must_use]
pub fn an_id() -> Uuid {
    IDS.next()
}

/// So many seconds after the moment at which tests begin, 2026-01-05T08:00:00Z.
#[must_use]
pub fn moment(seconds: i64) -> Timestamp {
    let start = Timestamp::from_second(1_767_600_000).expect("is an instant");
    start
        .checked_add(SignedDuration::from_secs(seconds))
        .expect("is an instant")
}
