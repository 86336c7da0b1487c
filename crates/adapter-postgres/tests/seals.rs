//! Transactions that overlap, in the order that would make a sealer miss a row; and whose rights are asked for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_postgres::{Database, PostgresAuditSeals};
use ports::seals::{AuditSeals as _, Protection};
use std::time::{Duration, Instant};
use testkit::servers::{self, Template};
use tokio_postgres::{Client, NoTls};

struct Fresh {
    seals: PostgresAuditSeals,
    guard: servers::Database,
}

impl Fresh {
    async fn new() -> Self {
        let server = servers::postgres().await;
        let guard = server.database(&Template::of_muster()).await;
        let database = Database::open(guard.url()).expect("is an address");
        Self {
            seals: PostgresAuditSeals::new(database),
            guard,
        }
    }

    async fn client(&self) -> Client {
        let connecting = tokio_postgres::connect(self.guard.url(), NoTls).await;
        let (client, connection) = connecting.expect("answers");
        tokio::spawn(connection);
        client
    }

    async fn settled(&self) -> Option<i64> {
        self.seals.settled().await.expect("can be asked")
    }

    async fn places(&self, up_to: i64) -> Vec<i64> {
        let rows = self.seals.rows(i64::MIN, up_to, 100).await;
        let rows = rows.expect("can be read");
        rows.iter().map(|row| row.seq).collect()
    }
}

const WRITE: &str = "INSERT INTO audit (at, principal, request_id, action, user_id, changes)
    VALUES (now(), 'system', 'r', 'user.changed', gen_random_uuid(), '[]')";

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.expect("can be executed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_above_one_that_is_still_being_written_is_not_settled() {
    let fresh = Fresh::new().await;
    let (slow, quick) = (fresh.client().await, fresh.client().await);
    run(&quick, WRITE).await;
    run(&slow, &format!("BEGIN; {WRITE}")).await;
    run(&quick, WRITE).await;
    assert_eq!(fresh.places(i64::MAX).await, [1, 3], "2 is not seen yet");
    assert_eq!(fresh.settled().await, None);
    run(&slow, "COMMIT").await;
    assert_eq!(fresh.settled().await, Some(3));
    assert_eq!(fresh.places(3).await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_was_drawn_and_given_up_is_a_gap() {
    let fresh = Fresh::new().await;
    let (slow, quick) = (fresh.client().await, fresh.client().await);
    run(&slow, &format!("BEGIN; {WRITE}")).await;
    run(&quick, WRITE).await;
    run(&slow, "ROLLBACK").await;
    assert_eq!(fresh.settled().await, Some(2));
    assert_eq!(fresh.places(2).await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_off_is_not_waited_for() {
    let fresh = Fresh::new().await;
    let (slow, quick) = (fresh.client().await, fresh.client().await);
    run(&slow, &format!("BEGIN; {WRITE}")).await;
    run(&quick, WRITE).await;
    drop(slow);
    let started = Instant::now();
    while fresh.settled().await != Some(2) {
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(fresh.places(2).await, [2]);
}

/// Somebody always is at work; what was settled is sealed all the same.
#[tokio::test(flavor = "multi_thread")]
async fn writers_without_a_pause_put_nothing_off_for_ever() {
    let fresh = Fresh::new().await;
    let (mut one, mut other) = (fresh.client().await, fresh.client().await);
    run(&one, &format!("BEGIN; {WRITE}")).await;
    let mut settled = 0;
    for _ in 0..4 {
        run(&other, &format!("BEGIN; {WRITE}")).await;
        settled = fresh.settled().await.unwrap_or(settled);
        run(&one, "COMMIT").await;
        std::mem::swap(&mut one, &mut other);
        settled = fresh.settled().await.unwrap_or(settled);
    }
    assert!(settled >= 2, "{settled}");
}

/// What writes elsewhere in the database, or only reads the trail, is no writer of it.
#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_write_the_trail_are_waited_for() {
    let fresh = Fresh::new().await;
    let (writer, reader, quick) = (
        fresh.client().await,
        fresh.client().await,
        fresh.client().await,
    );
    run(&writer, "BEGIN; DELETE FROM leases").await;
    run(&reader, "BEGIN; SELECT count(*) FROM audit").await;
    run(&quick, WRITE).await;
    assert_eq!(fresh.settled().await, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_its_own_is_kept_from_the_trail_by_its_rights() {
    let fresh = Fresh::new().await;
    let owner = fresh.client().await;
    let role = format!("app_{}", fresh.guard.name());
    let make = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}"
    );
    run(&owner, &make).await;
    let (_user, place) = fresh.guard.url().split_once('@').expect("has a user");
    let database = Database::open(&format!("postgres://{role}:x@{place}")).expect("is an address");
    let seals = PostgresAuditSeals::new(database);
    let mut found = vec![seals.protection().await.expect("can be asked")];
    run(&owner, WRITE).await;
    let settled = seals.settled().await;
    for right in ["TRUNCATE ON audit", "DELETE ON audit_seals"] {
        run(&owner, &format!("GRANT {right} TO {role}")).await;
        found.push(seals.protection().await.expect("can be asked"));
        run(&owner, &format!("REVOKE {right} FROM {role}")).await;
    }
    run(&owner, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    let expected = [
        Protection::Rights,
        Protection::Triggers,
        Protection::Triggers,
    ];
    assert_eq!(found, expected);
    assert_eq!(settled.expect("may be asked"), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_that_is_turned_off_protects_nothing() {
    let fresh = Fresh::new().await;
    let owner = fresh.client().await;
    let protection = async || fresh.seals.protection().await.expect("can be asked");
    assert_eq!(protection().await, Protection::Triggers);
    run(&owner, "ALTER TABLE audit DISABLE TRIGGER USER").await;
    assert_eq!(protection().await, Protection::Nothing);
    run(&owner, "ALTER TABLE audit ENABLE TRIGGER USER").await;
    assert_eq!(protection().await, Protection::Triggers);
    run(
        &owner,
        "DROP TRIGGER audit_seals_are_not_changed ON audit_seals",
    )
    .await;
    assert_eq!(protection().await, Protection::Nothing);
}
