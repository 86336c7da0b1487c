//! Tells everything that is kept about one person.

use super::access::seen;
use super::erase_user::PersonalParts;
use crate::{Forbidden, Request};
use domain::facts::Fact;
use domain::ids::UserId;
use jiff::Timestamp;
use ports::accounts::UserRepository;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Everything that is kept about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The person.
    pub user: UserId,
    /// When it was told.
    pub made_at: Timestamp,
    /// What each part keeps, in their order.
    pub parts: Vec<(&'static str, Vec<(String, Fact)>)>,
}

/// Exports a person: to themselves, to managers (members and managers) and to admins.
pub struct ExportUser {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Who keeps something.
    pub parts: PersonalParts,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a person is not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportUserError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person, or the caller may not know that there is.
    #[error("there is no such person")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ExportUser {
    /// Asks every part. Deleted people are exported too.
    ///
    /// # Errors
    /// [`ExportUserError`]; half an export is none.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self, request: &Request, id: UserId) -> Result<Export, ExportUserError> {
        request.caller.must_be_somebody()?;
        let user = seen(&*self.users, &request.caller, id)
            .await?
            .ok_or(ExportUserError::Missing)?;
        if !request.caller.is(id) {
            request.caller.must_manage(&user)?;
        }
        let mut export = Export {
            user: id,
            made_at: self.clock.now(),
            parts: Vec::with_capacity(self.parts.len()),
        };
        for part in self.parts.iter() {
            export.parts.push((part.name(), part.export(id).await?));
        }
        Ok(export)
    }
}

#[cfg(test)]
mod tests {
    use super::{Export, ExportUser, ExportUserError};
    use crate::Request;
    use crate::fixtures::{by, by_nobody, clock, fault, now, user, user_id};
    use domain::accounts::Role;
    use domain::facts::Fact;
    use ports::accounts::MockUserRepository;
    use ports::personal_data::MockPersonalData;
    use std::sync::Arc;

    async fn export(
        request: &Request,
        number: u64,
        role: Option<Role>,
    ) -> Result<Export, ExportUserError> {
        let (mut users, mut part) = (MockUserRepository::new(), MockPersonalData::new());
        users
            .expect_find()
            .returning(move |_| Ok(role.map(|role| Arc::new(user(number, role)))));
        part.expect_name().return_const("records");
        part.expect_export().returning(|id| match id == user_id(9) {
            true => Err(fault()),
            false => Ok(vec![("users".to_owned(), Fact::Whole(1))]),
        });
        let export = ExportUser {
            users: Arc::new(users),
            parts: Arc::new([Arc::new(part) as _]),
            clock: clock(),
        };
        export.run(request, user_id(number)).await
    }

    #[tokio::test]
    async fn every_part_tells_what_it_keeps() {
        let told = export(&by(Role::Member), 1, Some(Role::Member)).await;
        let facts = vec![("users".to_owned(), Fact::Whole(1))];
        let expected = Export {
            user: user_id(1),
            made_at: now(),
            parts: vec![("records", facts)],
        };
        assert_eq!(told.unwrap(), expected);
    }

    #[tokio::test]
    async fn managers_export_members_and_managers_and_only_admins_export_admins() {
        for (caller, target) in [
            (Role::Manager, Role::Member),
            (Role::Manager, Role::Manager),
            (Role::Admin, Role::Admin),
        ] {
            assert!(export(&by(caller), 2, Some(target)).await.is_ok());
        }
        let outcome = export(&by(Role::Manager), 2, Some(Role::Admin)).await;
        assert!(matches!(outcome, Err(ExportUserError::Forbidden(_))));
    }

    #[tokio::test]
    async fn somebody_else_is_missing_for_a_member() {
        let outcome = export(&by(Role::Member), 2, Some(Role::Member)).await;
        assert!(matches!(outcome, Err(ExportUserError::Missing)));
        let outcome = export(&by_nobody(), 2, Some(Role::Member)).await;
        assert!(matches!(outcome, Err(ExportUserError::Forbidden(_))));
        let outcome = export(&by(Role::Admin), 2, None).await;
        assert!(matches!(outcome, Err(ExportUserError::Missing)));
    }

    #[tokio::test]
    async fn half_an_export_is_none() {
        let outcome = export(&by(Role::Admin), 9, Some(Role::Member)).await;
        assert!(matches!(outcome, Err(ExportUserError::Fault(_))));
    }
}
