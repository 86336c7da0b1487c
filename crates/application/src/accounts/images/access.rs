//! Who may touch whose photos: people their own, managers those of the people for whom they act, admins all, and keys as
//! their scopes say. Whoever works at the same site sees the photo that stands for somebody, and no other.

use crate::accounts::access;
use crate::{Caller, Forbidden, Request};
use domain::accounts::{Scope, User};
use domain::ids::{ImageId, UserId};
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
    let caller = reader(request)?;
    seen(users, &caller, id).await
}

/// The person whose avatar the caller wants to see.
pub(super) async fn recognisable(
    users: &dyn UserRepository,
    request: &Request,
    id: UserId,
) -> Result<Arc<User>, Denied> {
    met(users, &reader(request)?, id).await
}

/// The person whose photo the caller wants to see, where it may be their avatar.
pub(super) async fn visible_with(
    users: &dyn UserRepository,
    request: &Request,
    id: UserId,
    image: ImageId,
) -> Result<Arc<User>, Denied> {
    let caller = reader(request)?;
    let person = met(users, &caller, id).await?;
    if caller.sees(&person) || person.avatar == Some(image) {
        Ok(person)
    } else {
        Err(Denied::Missing)
    }
}

fn reader(request: &Request) -> Result<Caller, Denied> {
    let caller = request.caller.within(Scope::ImagesRead);
    caller.map_err(Denied::Forbidden)
}

/// The person whose photos the caller wants to change.
pub(super) async fn changeable(
    users: &dyn UserRepository,
    request: &Request,
    id: UserId,
) -> Result<Arc<User>, Denied> {
    let caller = request.caller.within(Scope::ImagesWrite);
    let caller = caller.map_err(Denied::Forbidden)?;
    let user = seen(users, &caller, id).await?;
    if !caller.is(id) {
        caller.must_manage(&user).map_err(Denied::Forbidden)?;
    }
    Ok(user)
}

async fn seen(
    users: &dyn UserRepository,
    caller: &Caller,
    id: UserId,
) -> Result<Arc<User>, Denied> {
    caller.must_be_somebody().map_err(Denied::Forbidden)?;
    let found = access::seen(users, caller, id).await;
    access::living(found.map_err(Denied::Fault)?).ok_or(Denied::Missing)
}

async fn met(users: &dyn UserRepository, caller: &Caller, id: UserId) -> Result<Arc<User>, Denied> {
    caller.must_be_somebody().map_err(Denied::Forbidden)?;
    let found = access::met(users, caller, id).await;
    found.map_err(Denied::Fault)?.ok_or(Denied::Missing)
}
