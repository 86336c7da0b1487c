//! What happens to a transaction whose caller goes away, panics or fails.

use super::Database;
use crate::fault;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection};
use ports::Fault;
use std::sync::mpsc;
use std::time::Duration;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn execute(connection: &mut SqliteConnection, sql: &str) -> Result<(), Fault> {
    connection.batch_execute(sql).map_err(fault::of("test"))
}

fn count(connection: &mut SqliteConnection) -> Result<i64, Fault> {
    let query = diesel::sql_query("SELECT count(*) AS count FROM marks");
    query
        .get_result::<Count>(connection)
        .map(|row| row.count)
        .map_err(fault::of("test"))
}

async fn fresh() -> (Database, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let database = Database::open(folder.path().join("new/muster.db"))
        .await
        .expect("opens");
    database
        .write(|c| execute(c, "CREATE TABLE marks (mark INTEGER) STRICT"))
        .await
        .expect("makes the table");
    (database, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_stops_waiting_leaves_no_transaction_open() {
    let (database, _folder) = fresh().await;
    let (go, wait) = mpsc::channel::<()>();
    let work = database.write(move |connection| {
        execute(connection, "INSERT INTO marks VALUES (1)")?;
        wait.recv_timeout(Duration::from_secs(10))
            .map_err(|error| Fault::unavailable("test", error))?;
        Err::<(), _>(Fault::unavailable("test", "gives up"))
    });
    let impatient = tokio::time::timeout(Duration::from_millis(50), work).await;
    assert!(impatient.is_err(), "the work is still going on");
    go.send(()).expect("the work listens");
    database
        .write(|connection| execute(connection, "INSERT INTO marks VALUES (2)"))
        .await
        .expect("can write");
    assert_eq!(database.read(count).await.expect("can read"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_rolls_back_and_the_next_one_can_write() {
    let (database, _folder) = fresh().await;
    let outcome = database
        .write(|connection| {
            execute(connection, "INSERT INTO marks VALUES (1)")?;
            panic!("on purpose");
            #[allow(unreachable_code)]
            Ok::<(), Fault>(())
        })
        .await;
    assert!(matches!(outcome, Err(Fault::Broken { .. })), "{outcome:?}");
    database
        .write(|connection| execute(connection, "INSERT INTO marks VALUES (2)"))
        .await
        .expect("can write");
    assert_eq!(database.read(count).await.expect("can read"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_by_another_process_is_unavailable() {
    let (database, _folder) = fresh().await;
    let other = Database::open(database.path()).await.expect("opens twice");
    other
        .alone(|connection| execute(connection, "BEGIN IMMEDIATE"))
        .await
        .expect("takes the lock");
    database
        .alone(|connection| execute(connection, "PRAGMA busy_timeout = 20"))
        .await
        .expect("sets it");
    let outcome = database
        .write(|connection| execute(connection, "INSERT INTO marks VALUES (1)"))
        .await;
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
    other
        .alone(|connection| execute(connection, "ROLLBACK"))
        .await
        .expect("gives it back");
    database
        .write(|connection| execute(connection, "INSERT INTO marks VALUES (1)"))
        .await
        .expect("can write");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_empties_the_log_and_a_ping_answers() {
    let (database, _folder) = fresh().await;
    database
        .write(|connection| execute(connection, "INSERT INTO marks VALUES (1)"))
        .await
        .expect("can write");
    assert!(
        database
            .checkpoint()
            .await
            .expect("can be written")
            .complete
    );
    let log = database.path().with_extension("db-wal");
    assert_eq!(std::fs::metadata(log).expect("is there").len(), 0);
    database.ping().await.expect("is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_read_at_once_and_readers_cannot_write() {
    let (database, _folder) = fresh().await;
    let mut tasks = Vec::new();
    for _ in 0..32 {
        let database = database.clone();
        tasks.push(tokio::spawn(async move { database.read(count).await }));
    }
    for task in tasks {
        assert_eq!(task.await.expect("does not panic").expect("can read"), 0);
    }
    let outcome = database
        .read(|connection| execute(connection, "INSERT INTO marks VALUES (1)"))
        .await;
    assert!(outcome.is_err(), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_cannot_be_a_file_is_unavailable() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let outcome = Database::open(folder.path()).await.map(|_| ());
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
}
