//! Who may touch whose photos: people their own, managers those of members and managers, admins all.

use crate::accounts::access::living;
use crate::{Forbidden, Request};
use domain::accounts::User;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::UserRepository;
use std::sync::Arc;

/// Why somebody's photos may not be touched.
#[derive(Debug)]
pub(super) enum Denied {
    Forbidden(Forbidden),
    Missing,
    Fault(Fault),
}

/// The person whose photos the caller wants to see.
pub(super) async fn visible(
    users: &dyn UserRepository,
    request: &Request,
    id: UserId,
) -> Result<Arc<User>, Denied> {
    if !request.caller.is(id) && !request.caller.manages_people() {
        request
            .caller
            .must_be_a_person()
            .map_err(Denied::Forbidden)?;
        return Err(Denied::Missing);
    }
    living(users, id)
        .await
        .map_err(Denied::Fault)?
        .ok_or(Denied::Missing)
}

/// The person whose photos the caller wants to change.
pub(super) async fn changeable(
    users: &dyn UserRepository,
    request: &Request,
    id: UserId,
) -> Result<Arc<User>, Denied> {
    let user = visible(users, request, id).await?;
    if !request.caller.is(id) {
        request
            .caller
            .must_manage(&user)
            .map_err(Denied::Forbidden)?;
    }
    Ok(user)
}
