//! Lists and searches the directory.

use crate::paging::one_more;
use crate::{Forbidden, Page, Request};
use domain::accounts::{Scope, User, UserCursor, UserFilter};
use ports::Fault;
use ports::accounts::UserRepository;
use std::sync::Arc;

/// Lists people who meet a filter: for managers those for whom they act, for admins and keys with `users:read` all.
pub struct ListUsers {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
}

/// Why people are not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListUsersError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ListUsers {
    /// One page of the directory.
    ///
    /// # Errors
    /// [`ListUsersError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        filter: UserFilter,
        after: Option<UserCursor>,
        size: u32,
    ) -> Result<Page<User, UserCursor>, ListUsersError> {
        let caller = request.caller.within(Scope::UsersRead)?;
        caller.must_manage_people()?;
        let filter = filter.reached(caller.reach());
        let rows = self.users.list(&filter, after, one_more(size)).await?;
        Ok(Page::cut(rows, size, UserCursor::of))
    }
}

#[cfg(test)]
mod tests {
    use super::{ListUsers, ListUsersError};
    use crate::fixtures::{by, user};
    use domain::accounts::{Role, UserCursor, UserFilter};
    use ports::accounts::MockUserRepository;
    use std::sync::Arc;

    #[tokio::test]
    async fn one_row_more_than_the_page_tells_that_there_is_a_next_one() {
        let mut users = MockUserRepository::new();
        users
            .expect_list()
            .withf(|_, _, limit| *limit == 3)
            .returning(|_, _, _| Ok((1..=3).map(|number| user(number, Role::Member)).collect()));
        let page = ListUsers {
            users: Arc::new(users),
        }
        .run(&by(Role::Manager), UserFilter::default(), None, 2)
        .await
        .unwrap();
        assert_eq!(
            (page.items.len(), page.next),
            (2, Some(UserCursor::of(&user(2, Role::Member))))
        );
    }

    #[tokio::test]
    async fn members_do_not_list_people() {
        let list = ListUsers {
            users: Arc::new(MockUserRepository::new()),
        };
        let outcome = list
            .run(&by(Role::Member), UserFilter::default(), None, 2)
            .await;
        assert!(matches!(outcome, Err(ListUsersError::Forbidden(_))));
    }
}
