//! Which indexes a page of the directory is read through.

use super::page;
use crate::{Database, fault};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{QueryableByName, RunQueryDsl};
use domain::Pii;
use domain::accounts::{SearchTerm, UserCursor, UserFilter};
use domain::ids::{SiteId, UserId};
use ports::schema::Schema as _;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

async fn plan(filter: UserFilter, after: Option<UserCursor>) -> String {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let database = Database::open(folder.path().join("muster.db"))
        .await
        .expect("opens");
    database.migrate_up().await.expect("migrates");
    let query = page(&filter, after.as_ref(), 50);
    let sql = diesel::debug_query::<Sqlite, _>(&query).to_string();
    let (sql, _binds) = sql.split_once(" -- binds").expect("the query has binds");
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    let explain = |connection: &mut diesel::SqliteConnection| {
        let steps = diesel::sql_query(sql).load::<Step>(connection);
        steps.map_err(fault::of("explain"))
    };
    let steps = database.read(explain).await.expect("can be explained");
    let details: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
    details.join("\n")
}

fn somewhere() -> UserCursor {
    let (family, given) = (Pii::new("m".to_owned()), Pii::new("m".to_owned()));
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
async fn pages_are_read_in_the_order_of_the_directory_index_without_sorting() {
    for after in [None, Some(somewhere())] {
        let plan = plan(UserFilter::default(), after).await;
        assert!(plan.contains("USING INDEX users_directory"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_begins_at_its_place_in_the_index() {
    let plan = plan(UserFilter::default(), Some(somewhere())).await;
    assert!(
        plan.contains("SEARCH users USING INDEX users_directory"),
        "{plan}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_of_three_characters_are_looked_up_among_the_trigrams() {
    let plan = plan(finding("ada"), None).await;
    assert!(plan.contains("users_search VIRTUAL TABLE INDEX"), "{plan}");
    assert!(plan.contains("SEARCH users USING"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_of_two_characters_are_scanned_for_in_order() {
    let plan = plan(finding("ad"), None).await;
    assert!(plan.contains("USING INDEX users_directory"), "{plan}");
    assert!(!plan.contains("users_search"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_a_site_are_found_through_the_site() {
    let site = SiteId::new(Uuid::nil());
    let there = UserFilter {
        site: Some(site),
        ..UserFilter::default()
    };
    let within = UserFilter {
        within: Some([site, SiteId::new(Uuid::max())].into()),
        ..UserFilter::default()
    };
    for filter in [there, within] {
        let plan = plan(filter, None).await;
        assert!(plan.contains("user_sites"), "{plan}");
        assert!(!plan.contains("SCAN user_sites"), "{plan}");
    }
}
