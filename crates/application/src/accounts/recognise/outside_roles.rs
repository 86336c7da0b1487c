//! Has a person's row say the role that others give them: what may be done to somebody is decided by their row, and so is
//! where a filter finds them.

use crate::Request;
use crate::accounts::AuthenticateError;
use crate::accounts::deliver::Chain;
use domain::accounts::users::Changed;
use domain::accounts::{Role, Status, User, UserPatch};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use jiff::{SignedDuration, Timestamp};
use ports::accounts::{SaveUserError, UserRepository};
use ports::{Clock, Fault};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Nobody is lowered more often by a process: two tokens with different roles would write with each request.
const LOWERED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// As many people are remembered to have been lowered.
const REMEMBERED: usize = 10_000;
/// How often a change of role is tried on the newest row.
const ATTEMPTS: u32 = 5;

/// Writes roles that come from outside.
pub(super) struct OutsideRoles {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
    lowered: Mutex<HashMap<UserId, Timestamp>>,
}

impl OutsideRoles {
    /// Has lowered nobody yet.
    pub(super) fn new(users: Arc<dyn UserRepository>, clock: Arc<dyn Clock>) -> Self {
        Self {
            users,
            clock,
            lowered: Mutex::default(),
        }
    }

    /// The person, whose row says this role from now on. A greater role is written before anything else happens, since it
    /// protects; a lesser one now and then, and not where it would leave nobody to administer the installation.
    ///
    /// # Errors
    /// [`AuthenticateError::Fault`] when a greater role cannot be written, [`AuthenticateError::Unknown`] when the person
    /// is not there any more.
    pub(super) async fn follow(
        &self,
        mut user: Arc<User>,
        role: Role,
    ) -> Result<Arc<User>, AuthenticateError> {
        let mut may_lower = None;
        for _ in 0..ATTEMPTS {
            let (raises, lowers) = (role > user.profile.role, role < user.profile.role);
            let writes =
                raises || lowers && *may_lower.get_or_insert_with(|| self.may_lower(user.id));
            if user.status != Status::Active || !writes {
                return Ok(user);
            }
            match self.write(&user, role).await {
                Ok(changed) => return Ok(changed),
                Err(SaveUserError::Outdated(_)) => {}
                Err(SaveUserError::LastAdmin) => return Ok(user),
                Err(SaveUserError::Missing | SaveUserError::Erased) => {
                    return Err(AuthenticateError::Unknown);
                }
                Err(error) if raises => return Err(fault(error).into()),
                Err(error) => {
                    tracing::warn!(error = %Chain(&fault(error)), user.id = %user.id, "a lesser role was not written and will be tried again");
                    return Ok(user);
                }
            }
            let now = self.users.find(user.id).await?;
            user = now.ok_or(AuthenticateError::Unknown)?;
        }
        if role < user.profile.role {
            return Ok(user);
        }
        let contended = "the person is being changed by others";
        Err(Fault::unavailable("directory", contended).into())
    }

    async fn write(&self, user: &User, role: Role) -> Result<Arc<User>, SaveUserError> {
        let at = self.clock.now();
        let patch = UserPatch {
            role: Some(role),
            ..UserPatch::default()
        };
        let Ok(Changed::To(changed, changes)) = user.patched(patch, at) else {
            return Ok(Arc::new(user.clone()));
        };
        let audit = Audit::of(Action::UserChanged, user.id).with(changes);
        let event = Event::user(EventKind::UserChanged, user.id, changed.version);
        let commit = Request::by_system("auth.roles").commit(at, vec![audit], vec![event]);
        self.users.save(&changed, user.version, &commit).await?;
        Ok(Arc::from(changed))
    }

    /// Whether it is time to lower somebody, who counts as lowered then. A clock that was put back counts too.
    fn may_lower(&self, id: UserId) -> bool {
        let now = self.clock.now();
        let mut lowered = self.lowered.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: &Timestamp| now.duration_since(*at).abs() < LOWERED_EVERY;
        if lowered.get(&id).is_some_and(is_recent) {
            return false;
        }
        if lowered.len() >= REMEMBERED {
            lowered.retain(|_, at| is_recent(at));
        }
        if lowered.len() >= REMEMBERED {
            return false;
        }
        lowered.insert(id, now);
        true
    }
}

/// What keeps a role from being written and is nobody's choice.
fn fault(error: SaveUserError) -> Fault {
    match error {
        SaveUserError::Fault(fault) => fault,
        other => Fault::broken("directory", "the role of a person", other),
    }
}

#[cfg(test)]
#[path = "outside_roles_tests.rs"]
mod tests;
