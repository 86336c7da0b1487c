//! The schema goes up, down and up again, and any other schema is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_sqlite::Database;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use ports::schema::{MigrationStatus, Schema as _, SchemaError};
use std::path::Path;
use testkit::tables::Kind;

#[derive(QueryableByName, Debug, PartialEq)]
struct Thing {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    sql: Option<String>,
}

fn raw(path: &Path) -> SqliteConnection {
    let path = path.to_str().expect("is Unicode");
    SqliteConnection::establish(path).expect("opens")
}

/// Everything there is, but for diesel's own table, which stays when everything else goes.
fn dump(path: &Path) -> Vec<Thing> {
    let query = "SELECT name, sql FROM sqlite_schema
        WHERE tbl_name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    diesel::sql_query(query)
        .load(&mut raw(path))
        .expect("can be read")
}

fn execute(path: &Path, sql: &str) -> Result<(), String> {
    let mut connection = raw(path);
    connection
        .batch_execute("PRAGMA foreign_keys = ON")
        .expect("can be set");
    connection
        .batch_execute(sql)
        .map_err(|error| error.to_string())
}

const SOMEBODY: &str = "
    INSERT INTO users (id, given_name, family_name, email, role, status, created_at, updated_at, version,
        email_key, family_key, given_key, search_text)
    VALUES (x'00000000000000000000000000000001', 'Ada', 'King', 'ada@example.org', 'member', 'active', 0, 0, 1,
        'ada@example.org', 'king', 'ada', 'ada king');
    INSERT INTO images VALUES (x'00000000000000000000000000000002', x'00000000000000000000000000000001', 'ready', 1,
        zeroblob(32), 4, NULL, 0, 0);
    INSERT INTO image_objects VALUES ('images/a', x'00000000000000000000000000000002', '64', 'image/png', 1, 1, 1, zeroblob(32));
    INSERT INTO user_sites VALUES (x'00000000000000000000000000000001', zeroblob(16));
    INSERT INTO credentials VALUES (x'00000000000000000000000000000001', '$argon2id$', 0);
    INSERT INTO invitations VALUES (zeroblob(16), x'00000000000000000000000000000001', zeroblob(32), 0, 0, NULL, NULL);
    INSERT INTO audit (at, principal, request_id, action, user_id, changes)
    VALUES (0, 'system', 'r', 'user.changed', x'00000000000000000000000000000001', '[]');
    INSERT INTO audit_seals VALUES (1, 1, 1, 1, 1, 0, zeroblob(32), zeroblob(32));
    INSERT INTO idempotency VALUES ('system', 'k', 'f', '{}', 0);
    INSERT INTO idempotency_subjects VALUES ('system', 'k', x'00000000000000000000000000000001');
    INSERT INTO signing_keys VALUES (zeroblob(16), zeroblob(32), 0, 0);
    INSERT INTO erasures VALUES (zeroblob(16), x'00000000000000000000000000000001', 'system', 0, '[]', NULL);
    INSERT INTO erased_subjects VALUES (x'00000000000000000000000000000001', zeroblob(32));
    UPDATE users SET avatar_image_id = x'00000000000000000000000000000002';
";

async fn fresh() -> (Database, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let database = Database::open(folder.path().join("muster.db"))
        .await
        .expect("opens");
    (database, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn up_down_and_up_again_give_the_same_schema() {
    let (database, _folder) = fresh().await;
    let before = dump(database.path());
    let up = database.migrate_up().await.expect("migrates");
    let first = dump(database.path());
    assert!(
        before.is_empty() && first.len() > 20 && up.len() >= 2,
        "{first:?}"
    );
    execute(database.path(), SOMEBODY).expect("fits the schema");
    let mut down = database
        .migrate_down(up.len())
        .await
        .expect("goes back, with rows in every table");
    down.reverse();
    assert_eq!(down, up);
    assert_eq!(dump(database.path()), before);
    database.migrate_up().await.expect("migrates");
    assert_eq!(dump(database.path()), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_down_can_be_taken_up_again() {
    let (database, _folder) = fresh().await;
    let up = database.migrate_up().await.expect("migrates");
    let whole = dump(database.path());
    for steps in 1..=up.len() {
        assert_eq!(
            database.migrate_down(steps).await.expect("goes back").len(),
            steps
        );
        assert_eq!(database.migrate_up().await.expect("migrates").len(), steps);
        assert_eq!(dump(database.path()), whole);
    }
    assert_eq!(
        database
            .migrate_down(99)
            .await
            .expect("stops at nothing")
            .len(),
        up.len()
    );
}

fn lines(path: &Path, sql: &str) -> Vec<String> {
    let lines: Vec<ColumnLine> = diesel::sql_query(sql)
        .load(&mut raw(path))
        .expect("can be read");
    lines.into_iter().map(|line| line.line).collect()
}

/// Up, the one key is the first that signs; down, the one that signs now is left.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_signs_stays_the_key_that_signs() {
    let (database, _folder) = fresh().await;
    let path = database.path().to_owned();
    let up = database.migrate_up().await.expect("migrates");
    let ours = up
        .iter()
        .position(|version| version.starts_with("20261122000009"));
    let steps = up.len() - ours.expect("is among them");
    database.migrate_down(steps).await.expect("goes back");
    let old = "INSERT INTO installation_keys VALUES (zeroblob(16), 'tokens', zeroblob(32), 7);
        INSERT INTO installation_keys VALUES (x'00000000000000000000000000000001', 'pages', zeroblob(32), 8)";
    execute(&path, old).expect("fits the schema");
    database.migrate_up().await.expect("migrates");
    let signing =
        "SELECT hex(id) || ' ' || created_at || ' ' || signs_from AS line FROM signing_keys";
    let first = format!("{} 7 7", "0".repeat(32));
    assert_eq!(lines(&path, signing), [first]);
    let purposes = "SELECT purpose || ' ' || created_at AS line FROM installation_keys ORDER BY 1";
    assert_eq!(lines(&path, purposes), ["pages 8"]);
    let later = "INSERT INTO signing_keys VALUES (x'00000000000000000000000000000002', zeroblob(32), 9, 9);
        INSERT INTO signing_keys VALUES (x'00000000000000000000000000000003', zeroblob(32), 10, 4000000000000000)";
    execute(&path, later).expect("fits the schema");
    database.migrate_down(steps).await.expect("goes back");
    assert_eq!(lines(&path, purposes), ["pages 8", "tokens 9"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_does_nothing_the_second_time() {
    let (database, _folder) = fresh().await;
    let other = Database::open(database.path()).await.expect("opens twice");
    let (one, two) = tokio::join!(database.migrate_up(), other.migrate_up());
    let (one, two) = (one.expect("migrates"), two.expect("migrates"));
    assert!(
        one.is_empty() != two.is_empty(),
        "one of two at once does it: {one:?} {two:?}"
    );
    assert_eq!(
        database.migrate_up().await.expect("migrates"),
        Vec::<String>::new()
    );
    database.verify().await.expect("is the expected schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_with_pending_migrations_is_refused() {
    let (database, _folder) = fresh().await;
    let outcome = database.verify().await;
    assert!(
        matches!(&outcome, Err(SchemaError::Behind(pending)) if pending.len() >= 2),
        "{outcome:?}"
    );
    database.migrate_up().await.expect("migrates");
    database.migrate_down(1).await.expect("goes back");
    let statuses: Vec<_> = database
        .migrations()
        .await
        .expect("can be read")
        .list()
        .iter()
        .map(|migration| migration.status)
        .collect();
    assert_eq!(
        (statuses[0], statuses.last()),
        (MigrationStatus::Applied, Some(&MigrationStatus::Pending))
    );
    assert!(matches!(
        database.verify().await,
        Err(SchemaError::Behind(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_from_a_newer_binary_is_refused_and_left_alone() {
    let (database, _folder) = fresh().await;
    database.migrate_up().await.expect("migrates");
    execute(
        database.path(),
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')",
    )
    .expect("fits");
    let before = dump(database.path());
    let newer = |outcome: &SchemaError| matches!(outcome, SchemaError::Ahead(unknown) if unknown == &["29990101000001"]);
    assert!(newer(&database.verify().await.expect_err("is refused")));
    assert!(newer(&database.migrate_up().await.expect_err("is refused")));
    assert!(newer(
        &database.migrate_down(1).await.expect_err("is refused")
    ));
    assert_eq!(dump(database.path()), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_and_its_seals_can_only_be_added_to() {
    let (database, _folder) = fresh().await;
    database.migrate_up().await.expect("migrates");
    execute(database.path(), SOMEBODY).expect("fits the schema");
    for sql in [
        "UPDATE audit SET at = 1",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "UPDATE audit_seals SET sealed_at = 1",
        "DELETE FROM audit_seals",
        "INSERT OR REPLACE INTO audit_seals SELECT * FROM audit_seals",
    ] {
        let outcome = execute(database.path(), sql);
        assert!(outcome.is_err(), "{sql}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (database, _folder) = fresh().await;
    database.migrate_up().await.expect("migrates");
    for file in [
        database.path().to_owned(),
        database.path().with_extension("db-wal"),
    ] {
        let mode = std::fs::metadata(&file)
            .expect("is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }
}

#[derive(QueryableByName)]
struct ColumnLine {
    #[diesel(sql_type = Text)]
    line: String,
}

/// `users.row_id` and the tables of FTS5 are how SQLite finds terms; nothing of theirs has to move.
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_are_those_that_every_database_has() {
    let (database, _folder) = fresh().await;
    database.migrate_up().await.expect("migrates");
    let query = "SELECT t.name || '.' || c.name || ' ' || c.type || iif(c.\"notnull\" OR c.pk, ' not null', ' null') AS line
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            AND t.name NOT LIKE 'users\\_search%' ESCAPE '\\' AND NOT (t.name = 'users' AND c.name = 'row_id')
        ORDER BY t.name, c.name";
    let found: Vec<ColumnLine> = diesel::sql_query(query)
        .load(&mut raw(database.path()))
        .expect("can be read");
    let found: Vec<String> = found.into_iter().map(|column| column.line).collect();
    let expected = testkit::tables::lines(|_, kind| match kind {
        Kind::Id | Kind::Bytes => "BLOB",
        Kind::Text => "TEXT",
        Kind::Whole | Kind::Instant => "INTEGER",
    });
    assert_eq!(found, expected);
}
