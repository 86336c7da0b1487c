//! Rows that break their own rules are told by table, column and row, and never by their values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_postgres::{Database, PostgresAuditTrail, PostgresOutbox, PostgresUsers};
use domain::accounts::UserFilter;
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use ports::Fault;
use ports::accounts::{AuditTrail as _, UserRepository as _};
use ports::outbox::{Delivery, Outbox as _};
use testkit::builders::{CommitWith as _, a_commit, a_user, moment};
use testkit::servers::{self, Template};
use tokio_postgres::NoTls;

struct Fresh {
    database: Database,
    guard: servers::Database,
}

impl Fresh {
    async fn new() -> Self {
        let server = servers::postgres().await;
        let guard = server.database(&Template::of_muster()).await;
        let database = Database::open(guard.url()).expect("is an address");
        Self { database, guard }
    }

    async fn execute(&self, sql: &str) {
        let connecting = tokio_postgres::connect(self.guard.url(), NoTls).await;
        let (client, connection) = connecting.expect("answers");
        let driving = tokio::spawn(connection);
        client.batch_execute(sql).await.expect("can be executed");
        driving.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_person_is_named_and_not_shown() {
    let fresh = Fresh::new().await;
    let users = PostgresUsers::new(fresh.database.clone());
    let user = a_user().build();
    let added = users.add(&user, &a_commit()).await;
    added.expect("nothing is in the way");
    for (column, value) in [
        ("email", "secret-value"),
        ("phone", "secret-value"),
        ("given_name", "secret\u{7}value"),
    ] {
        fresh
            .execute(&format!("UPDATE users SET {column} = '{value}'"))
            .await;
        for fault in [
            users.find(user.id).await.expect_err("is broken"),
            users
                .list(&UserFilter::default(), None, 9)
                .await
                .expect_err("is broken"),
        ] {
            let told = testkit::told(&fault);
            assert!(matches!(fault, Fault::Broken { .. }), "{told}");
            assert!(
                told.contains(&format!("users.{column} of row {}", user.id)),
                "{told}"
            );
            assert!(!told.contains("secret"), "{told}");
        }
        let mended = "UPDATE users SET email = 'a@b.cd', phone = NULL, given_name = 'Sam'";
        fresh.execute(mended).await;
    }
    users.find(user.id).await.expect("is whole again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instant_beyond_all_calendars_is_broken() {
    let fresh = Fresh::new().await;
    let (users, user) = (PostgresUsers::new(fresh.database.clone()), a_user().build());
    let added = users.add(&user, &a_commit()).await;
    added.expect("nothing is in the way");
    fresh
        .execute("UPDATE users SET created_at = 'infinity'")
        .await;
    let fault = users.find(user.id).await.expect_err("is broken");
    assert!(
        fault.to_string().contains("users.created_at of row"),
        "{fault}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_audit_row_is_named() {
    let fresh = Fresh::new().await;
    let (users, user) = (PostgresUsers::new(fresh.database.clone()), a_user().build());
    let commit = a_commit().saying(Audit::of(Action::UserRegistered, user.id));
    let added = users.add(&user, &commit).await;
    added.expect("nothing is in the way");
    let broken = "DROP TRIGGER audit_is_not_changed ON audit; UPDATE audit SET principal = 'root'";
    fresh.execute(broken).await;
    let trail = PostgresAuditTrail::new(fresh.database.clone());
    let fault = trail
        .of_user(user.id, None, 9)
        .await
        .expect_err("is broken");
    assert_eq!(
        fault.to_string(),
        "database is broken: audit.principal of row 1"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_is_broken_and_not_unavailable() {
    let guard = servers::postgres().await.empty_database().await;
    let database = Database::open(guard.url()).expect("is an address");
    let fault = PostgresUsers::new(database).is_empty().await;
    let fault = fault.expect_err("there is no table");
    assert!(
        matches!(&fault, Fault::Broken { what, .. } if what == "users"),
        "{fault:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_nobody_here_can_read_is_in_nobodys_way() {
    let fresh = Fresh::new().await;
    let (users, user) = (PostgresUsers::new(fresh.database.clone()), a_user().build());
    let told = Event::user(EventKind::UserRegistered, user.id, user.version);
    let commit = a_commit().telling(told.clone()).telling(told);
    let added = users.add(&user, &commit).await;
    added.expect("nothing is in the way");
    fresh
        .execute("UPDATE outbox SET kind = 'shift.claimed' WHERE seq = 1")
        .await;
    let outbox = PostgresOutbox::new(fresh.database.clone());
    let claimed = outbox.claim(moment(60), moment(120), 9).await;
    let seqs = |claimed: Vec<Delivery>| claimed.iter().map(|event| event.seq).collect::<Vec<_>>();
    assert_eq!(seqs(claimed.expect("can be claimed")), [2]);
    let again = outbox.claim(moment(61), moment(120), 9).await;
    assert!(
        seqs(again.expect("can be claimed")).is_empty(),
        "it is leased too"
    );
}
