//! Who may see whom: the one rule that every reading use case shares.

use crate::Caller;
use domain::accounts::{Status, User};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::UserRepository;
use std::sync::Arc;

/// Whether the caller may see this person's row: managers see everybody, others themselves.
pub(super) fn may_see(caller: &Caller, user: UserId) -> bool {
    caller.manages_people() || caller.is(user)
}

/// The person, if they are there and not deleted.
pub(super) async fn living(
    users: &dyn UserRepository,
    id: UserId,
) -> Result<Option<Arc<User>>, Fault> {
    Ok(users
        .find(id)
        .await?
        .filter(|user| user.status != Status::Deleted))
}
