//! Who may see whom: the one rule that every use case about a person shares.

use crate::Caller;
use domain::accounts::{Status, User};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::UserRepository;
use std::sync::Arc;

/// The person, also a deleted one, if they are there and the caller sees them: managers see those for whom they act,
/// others themselves.
pub(super) async fn seen(
    users: &dyn UserRepository,
    caller: &Caller,
    id: UserId,
) -> Result<Option<Arc<User>>, Fault> {
    if !caller.manages_people() && !caller.is(id) {
        return Ok(None);
    }
    let found = users.find(id).await?;
    Ok(found.filter(|person| caller.sees(person)))
}

/// The person, if they are there and not deleted, and the caller works at the same site or sees them anyway.
pub(super) async fn met(
    users: &dyn UserRepository,
    caller: &Caller,
    id: UserId,
) -> Result<Option<Arc<User>>, Fault> {
    let found = users.find(id).await?;
    Ok(living(found).filter(|person| caller.meets(person)))
}

/// The person, unless they are deleted.
pub(super) fn living(found: Option<Arc<User>>) -> Option<Arc<User>> {
    found.filter(|person| person.status != Status::Deleted)
}
