//! Listing and searching the directory.

use super::enter;
use crate::Repositories;
use crate::builders::{a_user, an_id};
use domain::accounts::{Role, SearchTerm, Status, User, UserCursor, UserFilter};
use domain::ids::{SiteId, UserId};

pub(super) fn everybody() -> UserFilter {
    UserFilter::default()
}

pub(super) fn finding(term: &str) -> UserFilter {
    let term = SearchTerm::parse(term).expect("is a term");
    UserFilter {
        term: Some(term),
        ..UserFilter::default()
    }
}

pub(super) async fn ids(db: &Repositories, filter: &UserFilter) -> Vec<UserId> {
    let people = db
        .users
        .list(filter, None, 1_000)
        .await
        .expect("can be read");
    people.iter().map(|user| user.id).collect()
}

pub(super) fn expected(people: &[User], filter: &UserFilter) -> Vec<UserId> {
    let mut taken: Vec<&User> = people.iter().filter(|user| filter.takes(user)).collect();
    taken.sort_by_key(|user| UserCursor::of(user));
    taken.iter().map(|user| user.id).collect()
}

pub(super) async fn entered<const N: usize>(db: &Repositories, people: [User; N]) -> [User; N] {
    for user in &people {
        enter(db, user).await;
    }
    people
}

/// And whole rows are answered.
pub async fn the_directory_is_listed_by_family_then_given_name_then_id(db: &Repositories) {
    let site = SiteId::new(an_id());
    let [b, a2, a1] = entered(
        db,
        [
            a_user().named("Ann Young").at_site(site).build(),
            a_user().named("Zoe Adams").build(),
            a_user().named("Bea Adams").with_phone("110").build(),
        ],
    )
    .await;
    let twin = a_user().named("Bea Adams").build();
    enter(db, &twin).await;
    let people = db
        .users
        .list(&everybody(), None, 10)
        .await
        .expect("can be read");
    assert_eq!(people, [a1, twin, a2, b]);
}

/// Not by any database's collation: "Z" before "ä", and casing counts for nothing.
pub async fn names_are_ordered_in_lower_case_by_code_point(db: &Repositories) {
    let people = entered(
        db,
        [
            a_user().named("Ann Äkre").build(),
            a_user().named("Ann zorn").build(),
            a_user().named("Ann De Luca").build(),
            a_user().named("Ann DeLuca").build(),
            a_user().named("Ann de la Cruz").build(),
            a_user().named("Ann O'Neil").build(),
            a_user().named("Ann Яковлева").build(),
            a_user().named("Ann 𝒜").build(),
            a_user().named("Ann ﬀord").build(),
        ],
    )
    .await;
    assert_eq!(ids(db, &everybody()).await, expected(&people, &everybody()));
}

/// `None` means everybody who is not deleted.
pub async fn deleted_people_are_listed_only_when_asked_for(db: &Repositories) {
    let [active, suspended, deleted] = entered(
        db,
        [
            a_user().named("Ann A").build(),
            a_user()
                .named("Ann B")
                .with_status(Status::Suspended)
                .build(),
            a_user().named("Ann C").with_status(Status::Deleted).build(),
        ],
    )
    .await;
    assert_eq!(ids(db, &everybody()).await, [active.id, suspended.id]);
    let gone = UserFilter {
        status: Some(Status::Deleted),
        ..everybody()
    };
    assert_eq!(ids(db, &gone).await, [deleted.id]);
    assert_eq!(ids(db, &finding("ann")).await, [active.id, suspended.id]);
}

/// Every combination of conditions, against [`UserFilter::takes`].
pub async fn every_filter_takes_what_the_model_takes(db: &Repositories) {
    let sites = [SiteId::new(an_id()), SiteId::new(an_id())];
    let mut people = Vec::new();
    for (number, role) in Role::ALL.iter().cycle().take(24).enumerate() {
        let status = Status::ALL[(number / 3) % 3];
        let name = ["Ada King", "Adam Kingsley", "Åsa Öström", "İpek Şahin"][number % 4];
        let mut user = a_user().named(name).with_role(*role).with_status(status);
        for (place, site) in sites.iter().enumerate() {
            user = if number % (place + 2) == 0 {
                user.at_site(*site)
            } else {
                user
            };
        }
        people.push(user.build());
        enter(db, &people[number]).await;
    }
    for filter in combinations(sites) {
        let found = ids(db, &filter).await;
        assert_eq!(found, expected(&people, &filter), "{filter:?}");
    }
}

fn combinations(sites: [SiteId; 2]) -> Vec<UserFilter> {
    let terms = ["da", "ADA", "king", "Öst", "İpek", "example", "nobody"];
    let roles = [Role::Member, Role::Admin];
    let elsewhere = SiteId::new(an_id());
    let bounds = [&sites[..0], &sites[..1], &sites[..]];
    let filters = also(vec![everybody()], &terms, |filter, term| {
        filter.term = SearchTerm::parse(term).ok();
    });
    let filters = also(filters, &roles, |filter, role| filter.role = Some(*role));
    let filters = also(filters, Status::ALL, |filter, status| {
        filter.status = Some(*status);
    });
    let places = [sites[0], sites[1], elsewhere];
    let filters = also(filters, &places, |filter, site| filter.site = Some(*site));
    also(filters, &bounds, |filter, sites| {
        filter.within = Some(sites.iter().copied().collect());
    })
}

/// The filters as they are, and each with each of the values.
fn also<T>(
    filters: Vec<UserFilter>,
    values: &[T],
    with: impl Fn(&mut UserFilter, &T),
) -> Vec<UserFilter> {
    let more = filters.iter().flat_map(|filter| {
        values.iter().map(|value| {
            let mut filter = filter.clone();
            with(&mut filter, value);
            filter
        })
    });
    let more: Vec<UserFilter> = more.collect();
    [filters, more].concat()
}

/// However long a page is; a filter holds on every page.
pub async fn pages_follow_each_other_without_gaps(db: &Repositories) {
    let sites = [SiteId::new(an_id()), SiteId::new(an_id())];
    let mut people = Vec::new();
    for number in 0..23 {
        let name = format!("Kim {}", ["Abel", "abel", "Ähre", "Zorn"][number % 4]);
        let user = a_user().named(&name).with_role(Role::ALL[number % 3]);
        // One at both sites comes once all the same.
        let user = match number % 4 {
            0 => user,
            1 => user.at_site(sites[0]),
            2 => user.at_site(sites[1]),
            _ => user.at_site(sites[0]).at_site(sites[1]),
        };
        people.push(user.build());
        enter(db, &people[number]).await;
    }
    let managers = UserFilter {
        role: Some(Role::Manager),
        ..finding("kim")
    };
    let nearby = UserFilter {
        within: Some(sites.into()),
        ..everybody()
    };
    for filter in [everybody(), managers, finding("ab"), nearby] {
        for size in [1, 2, 5, 23, 100] {
            assert_eq!(
                walk(db, &filter, size, |_| None).await,
                expected(&people, &filter),
                "{size}"
            );
        }
    }
    assert_eq!(
        db.users
            .list(&everybody(), None, 0)
            .await
            .expect("can be read"),
        []
    );
}

async fn walk(
    db: &Repositories,
    filter: &UserFilter,
    size: u32,
    mut meanwhile: impl FnMut(usize) -> Option<User>,
) -> Vec<UserId> {
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = db
            .users
            .list(filter, after, size)
            .await
            .expect("can be read");
        assert!(page.len() <= size as usize);
        let Some(last) = page.last() else {
            return walked;
        };
        after = Some(UserCursor::of(last));
        walked.extend(page.iter().map(|user| user.id));
        assert!(walked.len() < 1_000, "the walk does not end");
        if let Some(user) = meanwhile(walked.len()) {
            enter(db, &user).await;
        }
    }
}

/// While others are entered before, at and behind the place that was reached.
pub async fn a_walk_returns_everybody_who_was_there_exactly_once(db: &Repositories) {
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(
            a_user()
                .named(&format!("Kim {}", char::from(b'b' + number)))
                .build(),
        );
        enter(db, &people[usize::from(number)]).await;
    }
    let mut newcomers = ["Kim a", "Kim e", "Kim zz", "Kim b", "Kim k"].into_iter();
    let walked = walk(db, &everybody(), 3, |_| {
        newcomers.next().map(|name| a_user().named(name).build())
    })
    .await;
    let mut earlier: Vec<UserId> = walked.clone();
    earlier.retain(|id| people.iter().any(|user| user.id == *id));
    assert_eq!(earlier, expected(&people, &everybody()));
    let mut once = walked.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), walked.len(), "nobody comes twice");
}

/// Ids decide between them.
pub async fn people_of_one_name_are_walked_by_id(db: &Repositories) {
    let people: [User; 9] = core::array::from_fn(|_| a_user().named("Kim Lee").build());
    for user in people.iter().rev() {
        enter(db, user).await;
    }
    assert_eq!(
        walk(db, &everybody(), 2, |_| None).await,
        people.map(|user| user.id)
    );
}
