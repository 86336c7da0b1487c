//! Who may touch whose photos: people their own, managers those of members and managers, admins all, and keys as their
//! scopes say.

use crate::accounts::access::{living, may_see};
use crate::{Caller, Forbidden, Request};
use domain::accounts::{Scope, User};
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
    let caller = request.caller.within(Scope::ImagesRead);
    seen(users, caller.map_err(Denied::Forbidden)?, id).await
}

/// The person whose photos the caller wants to change.
pub(super) async fn changeable(
    users: &dyn UserRepository,
    request: &Request,
    id: UserId,
) -> Result<Arc<User>, Denied> {
    let caller = request.caller.within(Scope::ImagesWrite);
    let caller = caller.map_err(Denied::Forbidden)?;
    let user = seen(users, caller, id).await?;
    if !caller.is(id) {
        caller.must_manage(&user).map_err(Denied::Forbidden)?;
    }
    Ok(user)
}

async fn seen(users: &dyn UserRepository, caller: Caller, id: UserId) -> Result<Arc<User>, Denied> {
    if !may_see(&caller, id) {
        caller.must_be_a_person().map_err(Denied::Forbidden)?;
        return Err(Denied::Missing);
    }
    living(users, id)
        .await
        .map_err(Denied::Fault)?
        .ok_or(Denied::Missing)
}
