//! Shows what was done to a person's data.

use super::access::seen;
use crate::paging::one_more;
use crate::{Forbidden, Page, Request};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{AuditRecord, AuditTrail, UserRepository};
use std::sync::Arc;

/// Shows a person's audit trail, newest first, to managers and admins.
pub struct ReadAuditTrail {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the trail.
    pub trail: Arc<dyn AuditTrail>,
}

/// Why the trail is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadAuditTrailError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person.
    #[error("there is no such person")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ReadAuditTrail {
    /// One page of the trail.
    ///
    /// # Errors
    /// [`ReadAuditTrailError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        user: UserId,
        before: Option<i64>,
        size: u32,
    ) -> Result<Page<AuditRecord, i64>, ReadAuditTrailError> {
        request.caller.must_manage_people()?;
        let person = seen(&*self.users, &request.caller, user)
            .await?
            .ok_or(ReadAuditTrailError::Missing)?;
        request.caller.must_manage(&person)?;
        let rows = self.trail.of_user(user, before, one_more(size)).await?;
        Ok(Page::cut(rows, size, |row| row.seq))
    }
}

#[cfg(test)]
mod tests {
    use super::{ReadAuditTrail, ReadAuditTrailError};
    use crate::fixtures::{by, now, user, user_id};
    use domain::accounts::Role;
    use domain::actors::Principal;
    use domain::audit::{Action, Audit};
    use ports::accounts::{AuditRecord, MockAuditTrail, MockUserRepository};
    use std::sync::Arc;

    fn over(role: Option<Role>) -> ReadAuditTrail {
        let (mut users, mut trail) = (MockUserRepository::new(), MockAuditTrail::new());
        users
            .expect_find()
            .returning(move |_| Ok(role.map(|role| Arc::new(user(2, role)))));
        trail
            .expect_of_user()
            .withf(|_, before, limit| (*before, *limit) == (Some(9), 3))
            .returning(|user, _, _| {
                let entry = Audit::of(Action::UserChanged, user);
                Ok([8, 7, 6]
                    .map(|seq| AuditRecord {
                        seq,
                        at: now(),
                        by: Principal::System,
                        request_id: "r".into(),
                        entry: entry.clone(),
                    })
                    .into())
            });
        ReadAuditTrail {
            users: Arc::new(users),
            trail: Arc::new(trail),
        }
    }

    #[tokio::test]
    async fn managers_read_the_trail_page_by_page() {
        let page = over(Some(Role::Member))
            .run(&by(Role::Manager), user_id(2), Some(9), 2)
            .await
            .unwrap();
        assert_eq!((page.items.len(), page.next), (2, Some(7)));
    }

    #[tokio::test]
    async fn the_trail_of_admins_is_for_admins_and_none_is_for_members() {
        for (caller, target) in [(Role::Member, Role::Member), (Role::Manager, Role::Admin)] {
            let outcome = over(Some(target))
                .run(&by(caller), user_id(2), Some(9), 2)
                .await;
            assert!(matches!(outcome, Err(ReadAuditTrailError::Forbidden(_))));
        }
        assert!(matches!(
            over(None)
                .run(&by(Role::Admin), user_id(2), Some(9), 2)
                .await,
            Err(ReadAuditTrailError::Missing)
        ));
    }
}
