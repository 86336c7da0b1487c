//! Lists the people one works with.

use crate::paging::one_more;
use crate::{Forbidden, Page, Request};
use domain::accounts::{Card, Scope, Status, User, UserCursor, UserFilter};
use domain::ids::SiteId;
use ports::Fault;
use ports::accounts::UserRepository;
use std::sync::Arc;

/// Lists the cards of active people: for members and managers with sites those who share one of them, for other
/// managers, admins and keys with `users:read` everybody's.
pub struct ListPeople {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
}

/// Why people are not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListPeopleError {
    /// The caller has not signed in, or is a key that may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ListPeople {
    /// One page of cards, in the order of the directory; of one site, or of all.
    ///
    /// # Errors
    /// [`ListPeopleError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        site: Option<SiteId>,
        after: Option<UserCursor>,
        size: u32,
    ) -> Result<Page<Card, UserCursor>, ListPeopleError> {
        let caller = request.caller.within(Scope::UsersRead)?;
        caller.must_be_somebody()?;
        let filter = UserFilter {
            status: Some(Status::Active),
            site,
            ..UserFilter::default()
        };
        let filter = filter.reached(caller.reach());
        let rows = self.users.list(&filter, after, one_more(size)).await?;
        let page = Page::cut(rows, size, UserCursor::of);
        Ok(Page {
            items: page.items.iter().map(User::card).collect(),
            next: page.next,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ListPeople, ListPeopleError};
    use crate::Request;
    use crate::fixtures::{at_sites, by, by_nobody, site_id, user};
    use domain::accounts::{Card, Role, Status, UserCursor, UserFilter};
    use domain::ids::SiteId;
    use ports::accounts::MockUserRepository;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    /// What the directory is asked for.
    async fn asked(request: Request, site: Option<SiteId>) -> UserFilter {
        let (told, heard) = std::sync::mpsc::channel();
        let mut users = MockUserRepository::new();
        users.expect_list().return_once(move |filter, _, limit| {
            assert_eq!(limit, 3);
            told.send(filter.clone()).unwrap();
            Ok((1..=3).map(|number| user(number, Role::Member)).collect())
        });
        let users = Arc::new(users);
        let page = ListPeople { users }.run(&request, site, None, 2).await;
        let page = page.unwrap();
        let cards: Vec<Card> = [1, 2]
            .map(|number| user(number, Role::Member).card())
            .into();
        assert_eq!(page.items, cards);
        assert_eq!(page.next, Some(UserCursor::of(&user(2, Role::Member))));
        heard.recv().unwrap()
    }

    fn active(site: Option<SiteId>, within: Option<&[SiteId]>) -> UserFilter {
        UserFilter {
            status: Some(Status::Active),
            site,
            within: within.map(|sites| sites.iter().copied().collect::<BTreeSet<_>>()),
            ..UserFilter::default()
        }
    }

    #[tokio::test]
    async fn everybody_meets_those_whom_they_reach() {
        let own = [site_id(1), site_id(2)];
        for role in [Role::Member, Role::Manager] {
            let request = at_sites(role, &own);
            assert_eq!(asked(request, None).await, active(None, Some(&own)));
        }
        let nowhere = asked(by(Role::Member), None).await;
        assert_eq!(nowhere, active(None, Some(&[])));
        for role in [Role::Manager, Role::Admin] {
            assert_eq!(asked(by(role), None).await, active(None, None));
        }
    }

    #[tokio::test]
    async fn a_site_that_is_asked_for_narrows_it_down_and_widens_nothing() {
        let (own, other) = ([site_id(1)], Some(site_id(2)));
        let filter = asked(at_sites(Role::Member, &own), other).await;
        assert_eq!(filter, active(other, Some(&own)));
    }

    #[tokio::test]
    async fn nobody_in_particular_meets_nobody() {
        let users = Arc::new(MockUserRepository::new());
        let outcome = ListPeople { users }.run(&by_nobody(), None, None, 2).await;
        assert!(matches!(outcome, Err(ListPeopleError::Forbidden(_))));
    }
}
