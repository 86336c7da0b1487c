//! What happens to a transaction whose caller goes away, panics or fails, and when the server does.

use super::{Connections, Database, MOST};
use crate::fault;
use crate::written::Written;
use core::time::Duration;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use ports::Fault;
use std::time::Instant;
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

async fn execute(connection: &mut AsyncPgConnection, sql: &str) -> Result<(), Fault> {
    let done = connection.batch_execute(sql).await;
    done.map_err(fault::of("test"))
}

async fn write(database: &Database, sql: &'static str) -> Result<(), Fault> {
    database
        .write(move |connection| Box::pin(async move { execute(connection, sql).await }))
        .await
}

async fn count(database: &Database) -> Result<i64, Fault> {
    database
        .read(|connection| {
            Box::pin(async move {
                let query = Written::<BigInt>::begin("SELECT count(*) FROM marks");
                let counted = query.get_result(connection).await;
                counted.map_err(fault::of("test"))
            })
        })
        .await
}

struct Fresh {
    database: Database,
    proxy: Proxy,
    _guard: servers::Database,
}

async fn fresh() -> Fresh {
    let guard = servers::postgres().await.empty_database().await;
    let proxy = Proxy::before(guard.url()).await;
    let database = Database::open(proxy.url()).expect("is an address");
    write(
        &database,
        "CREATE TABLE marks (mark bigint CONSTRAINT marks_key PRIMARY KEY)",
    )
    .await
    .expect("makes the table");
    Fresh {
        database,
        proxy,
        _guard: guard,
    }
}

/// Waits until nothing is at work.
async fn at_rest(database: &Database) -> Connections {
    for _ in 0..1_000 {
        let connections = database.connections();
        if connections.in_use == 0 {
            return connections;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} are still at work", database.connections())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_stops_waiting_leaves_no_transaction_open() {
    let fresh = fresh().await;
    let database = &fresh.database;
    let (go, wait) = oneshot::channel::<()>();
    let work = database.write(move |connection| {
        Box::pin(async move {
            execute(connection, "INSERT INTO marks VALUES (1)").await?;
            wait.await
                .map_err(|error| Fault::unavailable("test", error))?;
            Err::<(), _>(Fault::unavailable("test", "gives up"))
        })
    });
    let impatient = timeout(Duration::from_millis(200), work).await;
    assert!(impatient.is_err(), "the work is still going on");
    go.send(()).expect("the work listens");
    at_rest(database).await;
    // Another transaction may write the same row: nobody holds it.
    write(database, "INSERT INTO marks VALUES (1)")
        .await
        .expect("nobody is in the way");
    assert_eq!(count(database).await.expect("can read"), 1);
}

/// Wherever a caller is dropped, what was begun is carried out or rolled back as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn callers_dropped_at_any_moment_leak_no_connection_and_no_transaction() {
    let fresh = fresh().await;
    let database = &fresh.database;
    for moment in 0..60_u64 {
        let work = database.write(move |connection| {
            Box::pin(async move {
                let mark = i64::try_from(moment).unwrap_or_default();
                for twin in [mark * 2, mark * 2 + 1] {
                    let insert = Written::<()>::begin("INSERT INTO marks VALUES (")
                        .long(twin)
                        .sql(")");
                    insert
                        .execute(connection)
                        .await
                        .map_err(fault::of("test"))?;
                }
                Ok::<_, Fault>(())
            })
        });
        let _dropped = timeout(Duration::from_micros(moment * 150), work).await;
    }
    let connections = at_rest(database).await;
    assert!(connections.idle <= 25, "{connections:?}");
    let idle_in_transaction = database
        .read(|connection| {
            Box::pin(async move {
                let query = Written::<BigInt>::begin(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
                );
                let counted = query.get_result::<i64>(connection).await;
                counted.map_err(fault::of("test"))
            })
        })
        .await;
    assert_eq!(idle_in_transaction.expect("can read"), 0);
    assert_eq!(count(database).await.expect("can read") % 2, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_panics_is_rolled_back() {
    let fresh = fresh().await;
    let database = &fresh.database;
    let outcome = database
        .write(|connection| {
            Box::pin(async move {
                execute(connection, "INSERT INTO marks VALUES (1)").await?;
                panic!("a bug");
                #[expect(unreachable_code, reason = "gives the closure its type")]
                Ok::<(), Fault>(())
            })
        })
        .await;
    assert!(matches!(outcome, Err(Fault::Broken { .. })), "{outcome:?}");
    assert_eq!(count(database).await.expect("can read"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_statement_rolls_everything_back() {
    let fresh = fresh().await;
    let database = &fresh.database;
    let twice = write(
        database,
        "INSERT INTO marks VALUES (1); INSERT INTO marks VALUES (1)",
    )
    .await;
    assert!(matches!(twice, Err(Fault::Broken { .. })), "{twice:?}");
    assert_eq!(count(database).await.expect("can read"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_unavailable_and_the_rest_is_broken() {
    let fresh = fresh().await;
    let database = &fresh.database;
    for (sql, passes) in [
        ("SELECT pg_sleep(9)", true),
        (
            "SET TRANSACTION READ ONLY; INSERT INTO marks VALUES (7)",
            true,
        ),
        ("SELECT * FROM nowhere", false),
        ("SELEKT 1", false),
        ("INSERT INTO marks VALUES (NULL)", false),
    ] {
        let began = Instant::now();
        let outcome = write(database, sql).await.expect_err("fails");
        let told = matches!(outcome, Fault::Unavailable { .. });
        assert_eq!(told, passes, "{sql}: {outcome:?}");
        assert!(began.elapsed() < Duration::from_secs(4), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_not_waited_for_for_ever() {
    let fresh = fresh().await;
    let database = &fresh.database;
    write(database, "INSERT INTO marks VALUES (1)")
        .await
        .expect("can write");
    let (go, wait) = oneshot::channel::<()>();
    let holder = database.clone();
    let holding = tokio::spawn(async move {
        let hold = holder.write(move |connection| {
            Box::pin(async move {
                execute(connection, "UPDATE marks SET mark = 1").await?;
                let _told = wait.await;
                Ok::<_, Fault>(())
            })
        });
        hold.await
    });
    let idle = async {
        while database.connections().in_use == 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(5), idle)
        .await
        .expect("somebody holds it");
    sleep(Duration::from_millis(50)).await;
    let outcome = write(database, "UPDATE marks SET mark = 2").await;
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
    go.send(()).expect("the holder listens");
    holding.await.expect("ends").expect("commits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_at_once() {
    let mut fresh = fresh().await;
    fresh.proxy.set(Trouble::Refuse).await;
    for _ in 0..3 {
        let began = Instant::now();
        let outcome = write(&fresh.database, "INSERT INTO marks VALUES (1)").await;
        assert!(
            matches!(outcome, Err(Fault::Unavailable { .. })),
            "{outcome:?}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "{:?}",
            began.elapsed()
        );
    }
    fresh.proxy.set(Trouble::None).await;
    let began = Instant::now();
    while write(&fresh.database, "INSERT INTO marks VALUES (1)")
        .await
        .is_err()
    {
        assert!(began.elapsed() < Duration::from_secs(5), "it is back");
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(count(&fresh.database).await.expect("can read"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_given_up() {
    let mut fresh = fresh().await;
    fresh.proxy.set(Trouble::BlackHole).await;
    let began = Instant::now();
    let outcome = write(&fresh.database, "INSERT INTO marks VALUES (1)").await;
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
    assert!(
        began.elapsed() < Duration::from_secs(6),
        "{:?}",
        began.elapsed()
    );
    fresh.proxy.set(Trouble::None).await;
    let began = Instant::now();
    while count(&fresh.database).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(5), "it is back");
    }
    at_rest(&fresh.database).await;
}

/// The answer to COMMIT is lost, and the change is there: nobody may say that it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_commit_is_uncertain() {
    let mut fresh = fresh().await;
    let (worked, told) = oneshot::channel::<()>();
    let (go, wait) = oneshot::channel::<()>();
    let writer = fresh.database.clone();
    let writing = tokio::spawn(async move {
        let write = writer.write(move |connection| {
            Box::pin(async move {
                execute(connection, "INSERT INTO marks VALUES (1)").await?;
                worked
                    .send(())
                    .map_err(|()| Fault::unavailable("test", "nobody listens"))?;
                wait.await
                    .map_err(|error| Fault::unavailable("test", error))
            })
        });
        write.await
    });
    told.await.expect("the statement was carried out");
    fresh.proxy.set(Trouble::CutReply { after: 0 }).await;
    go.send(()).expect("the work listens");
    let outcome = writing.await.expect("ends");
    assert!(
        matches!(outcome, Err(Fault::Uncertain { .. })),
        "{outcome:?}"
    );
    fresh.proxy.set(Trouble::None).await;
    let mut counted = count(&fresh.database).await;
    while counted.is_err() {
        counted = count(&fresh.database).await;
    }
    assert_eq!(counted.expect("can read"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_more_connections_than_allowed() {
    let fresh = fresh().await;
    let sleepers = (0..60).map(|_| write(&fresh.database, "SELECT pg_sleep(0.05)"));
    let outcomes = futures::future::join_all(sleepers).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let most = usize::try_from(MOST).expect("is a small number");
    assert!(fresh.proxy.open() <= most, "{}", fresh.proxy.open());
    at_rest(&fresh.database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_a_restarted_server_are_not_used_again() {
    let mut fresh = fresh().await;
    // All idle connections end; the next caller must not notice.
    fresh.proxy.set(Trouble::Reset).await;
    fresh.proxy.set(Trouble::None).await;
    sleep(Duration::from_millis(100)).await;
    for mark in 0..5 {
        assert_eq!(
            count(&fresh.database).await.expect("is not noticed"),
            0,
            "{mark}"
        );
    }
}
