//! Which indexes a page of the directory is read through, in a directory too large to scan.

use super::{page, pattern};
use crate::written::Written;
use crate::{Database, fault};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl as _;
use domain::Pii;
use domain::accounts::{SearchTerm, UserCursor, UserFilter};
use domain::ids::{SiteId, UserId};
use ports::Fault;
use testkit::servers::{self, Template};
use tokio_postgres::NoTls;
use uuid::Uuid;

const PEOPLE: &str = "
    INSERT INTO users (id, given_name, family_name, email, role, status, created_at, updated_at, version,
        email_key, family_key, given_key, search_text)
    SELECT gen_random_uuid(), 'Given', 'Family', 'a@b.cd', 'member', 'active', now(), now(), 1,
        'e' || n, md5(n::text), md5((n + 1)::text), md5(n::text) || ' ' || md5((n + 1)::text)
    FROM generate_series(1, 10000) n;
    INSERT INTO user_sites SELECT id, '00000000-0000-0000-0000-000000000000' FROM users LIMIT 20;
    INSERT INTO user_sites SELECT id, gen_random_uuid() FROM users;
    ANALYZE user_sites;
";

struct Full {
    database: Database,
    _guard: servers::Database,
}

impl Full {
    async fn of_people() -> Self {
        let server = servers::postgres().await;
        let guard = server.database(&Template::of_muster()).await;
        let database = Database::open(guard.url()).expect("is an address");
        let (client, connection) = tokio_postgres::connect(guard.url(), NoTls)
            .await
            .expect("answers");
        let driving = tokio::spawn(connection);
        client.batch_execute(PEOPLE).await.expect("there is room");
        // What waits to be put into the index would be looked at one by one.
        let tidied = client.batch_execute("VACUUM ANALYZE users").await;
        tidied.expect("can be tidied");
        driving.abort();
        Self {
            database,
            _guard: guard,
        }
    }

    async fn plan(&self, filter: UserFilter, after: Option<UserCursor>) -> String {
        let explain = self.database.read::<_, Fault, _>(move |connection| {
            Box::pin(async move {
                let explain = Written::<Text>::begin("EXPLAIN SELECT id FROM users");
                let explain = page(explain, &filter, after.as_ref(), 50);
                let steps = explain.load::<String>(connection).await;
                steps.map_err(fault::of("explain"))
            })
        });
        explain.await.expect("can be explained").join("\n")
    }
}

fn somewhere() -> UserCursor {
    let (family, given) = (Pii::new("8".to_owned()), Pii::new("8".to_owned()));
    let id = UserId::new(Uuid::nil());
    UserCursor { family, given, id }
}

fn finding(term: &str) -> UserFilter {
    let term = SearchTerm::parse(term).expect("is a term");
    UserFilter {
        term: Some(term),
        ..UserFilter::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_read_through_indexes() {
    let full = Full::of_people().await;
    for after in [None, Some(somewhere())] {
        let plan = full.plan(UserFilter::default(), after.clone()).await;
        assert!(plan.contains("Index Scan using users_directory"), "{plan}");
        assert!(!plan.contains("Sort"), "{plan}");
        assert_eq!(after.is_some(), plan.contains("Index Cond"), "{plan}");
    }
    let plan = full.plan(finding("3fe1b"), None).await;
    assert!(plan.contains("Bitmap Index Scan on users_search"), "{plan}");
    let plan = full.plan(finding("3f"), None).await;
    assert!(!plan.contains("users_search"), "{plan}");
    let there = UserFilter {
        site: Some(SiteId::new(Uuid::nil())),
        ..UserFilter::default()
    };
    let within = UserFilter {
        within: Some([SiteId::new(Uuid::nil()), SiteId::new(Uuid::max())].into()),
        ..UserFilter::default()
    };
    for filter in [there, within] {
        let plan = full.plan(filter, None).await;
        assert!(plan.contains("user_sites_by_site"), "{plan}");
    }
}

#[test]
fn a_term_is_taken_literally() {
    let term = SearchTerm::parse(r"50%_\o").expect("is a term");
    assert_eq!(pattern(&term), r"%50\%\_\\o%");
}
