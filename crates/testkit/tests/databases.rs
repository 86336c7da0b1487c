//! Every test has a database of its own, made like all others of its template, and nothing stays of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::fs;
use std::path::Path;
use support::{User, a_place, client, is_all_gone, text};
use tempfile::TempDir;
use testkit::servers::{Postgres, Template, postgres};

const ALL: &str = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database";

fn migrations(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files
        .iter()
        .for_each(|(name, up)| migration(folder.path(), name, up));
    folder
}

fn migration(folder: &Path, name: &str, up: &str) {
    fs::create_dir_all(folder.join(name)).unwrap();
    fs::write(folder.join(name).join("up.sql"), up).unwrap();
}

fn people() -> TempDir {
    migrations(&[
        (
            "2026-01-02-000000_names",
            "ALTER TABLE people ADD COLUMN name text NOT NULL DEFAULT 'nobody';",
        ),
        (
            "2026-01-01-000000_people",
            "SET LOCAL lock_timeout = '5s';\nCREATE TABLE people (id bigint PRIMARY KEY);",
        ),
    ])
}

#[tokio::test]
async fn it_has_the_migrations_and_diesel_knows_of_them() {
    let folder = people();
    let database = postgres()
        .await
        .database(&Template::of(folder.path()))
        .await;
    let columns = "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position)
        FROM information_schema.columns WHERE table_name = 'people'";
    assert_eq!(text(database.url(), columns).await, "id name");
    let versions =
        "SELECT string_agg(version, ' ' ORDER BY version) FROM __diesel_schema_migrations";
    assert_eq!(
        text(database.url(), versions).await,
        "20260101000000 20260102000000"
    );
}

#[tokio::test]
async fn muster_s_own_migrations_can_be_applied() {
    let database = postgres().await.database(&Template::of_muster()).await;
    let users = "SELECT count(*)::text FROM users";
    assert_eq!(text(database.url(), users).await, "0");
}

#[tokio::test]
async fn an_empty_one_has_nothing() {
    let database = postgres().await.empty_database().await;
    let tables =
        "SELECT count(*)::text FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(text(database.url(), tables).await, "0");
}

#[tokio::test]
async fn two_tests_do_not_see_each_other() {
    let folder = people();
    let template = Template::of(folder.path());
    let one = postgres().await.database(&template).await;
    let other = postgres().await.database(&template).await;
    client(one.url())
        .await
        .batch_execute("INSERT INTO people VALUES (1)")
        .await
        .unwrap();
    assert_eq!(
        text(one.url(), "SELECT count(*)::text FROM people").await,
        "1"
    );
    assert_eq!(
        text(other.url(), "SELECT count(*)::text FROM people").await,
        "0"
    );
}

#[tokio::test]
async fn it_is_dropped_with_its_guard_although_somebody_is_connected() {
    let server = postgres().await;
    let database = server.empty_database().await;
    let name = database.name().to_owned();
    let _connected = client(database.url()).await;
    assert!(text(server.url(), ALL).await.contains(&name));
    drop(database);
    assert!(!text(server.url(), ALL).await.contains(&name));
}

#[tokio::test]
async fn it_is_dropped_when_the_test_panics() {
    let server = postgres().await;
    let (tell, told) = tokio::sync::oneshot::channel();
    let panicking = tokio::spawn(async move {
        let database = server.empty_database().await;
        tell.send(database.name().to_owned()).unwrap();
        panic!("as tests do");
    });
    let name = told.await.unwrap();
    assert!(panicking.await.unwrap_err().is_panic());
    assert!(!text(server.url(), ALL).await.contains(&name));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_come_at_once_make_one_template() {
    let folder = people();
    // A migration that nobody else has, so that the template is not there yet.
    let own = format!("SELECT '{}'", folder.path().display());
    migration(folder.path(), "2026-01-03-000000_own", &own);
    let template = Template::of(folder.path());
    let server = postgres().await;
    let before = templates(server).await;
    let cloning = (0..8).map(|_| {
        let template = template.clone();
        tokio::spawn(async move { server.database(&template).await })
    });
    let databases = futures::future::join_all(cloning).await;
    assert!(databases.iter().all(Result::is_ok), "{databases:?}");
    let new = templates(server)
        .await
        .into_iter()
        .filter(|name| !before.contains(name));
    // Other tests run beside this one and make theirs.
    let ours = new.filter(|name| name.contains(&template.name())).count();
    assert_eq!(ours, 1);
}

async fn templates(server: &Postgres) -> Vec<String> {
    let all = text(server.url(), ALL).await;
    all.split(' ')
        .filter(|name| name.starts_with("muster_template_"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_migration_that_fails_is_told_with_its_sql_and_leaves_no_template() {
    let folder = migrations(&[(
        "2026-01-01-000000_broken",
        "CREATE TABLE broken (id nonsense);",
    )]);
    let template = Template::of(folder.path());
    let name = template.name();
    let server = postgres().await;
    let failed = tokio::spawn(async move { server.database(&template).await })
        .await
        .unwrap_err();
    let panic = failed.into_panic();
    let said = panic.downcast_ref::<String>().unwrap();
    assert!(
        said.contains("CREATE TABLE broken") && said.contains("\"nonsense\" does not exist"),
        "{said}"
    );
    let templates = templates(server).await;
    assert!(
        !templates.iter().any(|template| template.contains(&name)),
        "{templates:?}"
    );
}

#[tokio::test]
async fn what_killed_tests_left_on_a_given_server_is_dropped_after_an_hour() {
    let place = a_place("given", 0);
    let server = Postgres::at(&place).await;
    let admin = client(server.url()).await;
    let now: i64 = text(
        server.url(),
        "SELECT extract(epoch FROM now())::bigint::text",
    )
    .await
    .parse()
    .unwrap();
    let (old, young) = (
        format!("muster_test_ab_{}", now - 3_700),
        format!("muster_test_cd_{}", now - 3_500),
    );
    let old_template = format!("muster_template_ef_{}", now - 3_700);
    for name in [
        &old,
        &young,
        &old_template,
        &"muster_test_of_somebody".to_owned(),
    ] {
        admin
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
    }
    let elsewhere = a_place("given-elsewhere", 0);
    let mut user = User::given(&elsewhere, "postgres", "TEST_DATABASE_URL", server.url());
    assert_eq!(user.says(), server.url());
    let all = text(server.url(), ALL).await;
    assert!(!all.contains(&old) && !all.contains(&old_template), "{all}");
    assert!(
        all.contains(&young) && all.contains("muster_test_of_somebody"),
        "{all}"
    );
    user.kill();
    let url = server.url().to_owned();
    drop((admin, server));
    is_all_gone(&place, &url);
}
