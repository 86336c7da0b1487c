//! Rows that break their own rules are named and not shown; what was replaced is gone from the file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_sqlite::{Database, SqliteAuditTrail, SqliteOutbox, SqliteUsers};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::accounts::users::Changed;
use domain::accounts::{FamilyName, Phone, UserFilter, UserPatch};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use ports::Fault;
use ports::accounts::{AuditTrail, UserRepository};
use ports::outbox::{Delivery, Outbox as _};
use ports::schema::Schema as _;
use testkit::builders::{CommitWith, a_commit, a_user, moment};

async fn fresh() -> (Database, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let database = Database::open(folder.path().join("muster.db"))
        .await
        .expect("opens");
    database.migrate_up().await.expect("migrates");
    (database, folder)
}

fn execute(database: &Database, sql: &str) {
    let path = database.path().to_str().expect("is Unicode");
    let mut connection = SqliteConnection::establish(path).expect("opens");
    connection.batch_execute(sql).expect("can be executed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_person_is_named_and_not_shown() {
    let (database, _folder) = fresh().await;
    let users = SqliteUsers::new(database.clone());
    let user = a_user().build();
    users
        .add(&user, &a_commit())
        .await
        .expect("nothing is in the way");
    for (column, value) in [
        ("email", "secret-value"),
        ("phone", "secret-value"),
        ("given_name", "secret\u{7}value"),
    ] {
        execute(
            &database,
            &format!("SAVEPOINT s; UPDATE users SET {column} = '{value}'; RELEASE s"),
        );
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
        execute(
            &database,
            "UPDATE users SET email = 'a@b.cd', phone = NULL, given_name = 'Sam'",
        );
    }
    users.find(user.id).await.expect("is whole again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_audit_row_is_named() {
    let (database, _folder) = fresh().await;
    let (users, user) = (SqliteUsers::new(database.clone()), a_user().build());
    let commit = a_commit().saying(Audit::of(Action::UserRegistered, user.id));
    users
        .add(&user, &commit)
        .await
        .expect("nothing is in the way");
    execute(
        &database,
        "DROP TRIGGER audit_is_not_changed; UPDATE audit SET principal = 'root'",
    );
    let fault = SqliteAuditTrail::new(database)
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
    let (database, _folder) = fresh().await;
    database.migrate_down(99).await.expect("goes back");
    let fault = SqliteUsers::new(database)
        .is_empty()
        .await
        .expect_err("there is no table");
    assert!(
        matches!(&fault, Fault::Broken { what, .. } if what == "users"),
        "{fault:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_replaced_is_gone_from_the_disk() {
    let (database, folder) = fresh().await;
    let (users, user) = (
        SqliteUsers::new(database.clone()),
        a_user()
            .named("Ada Quixotename")
            .with_phone("555 0199 77")
            .build(),
    );
    users
        .add(&user, &a_commit())
        .await
        .expect("nothing is in the way");
    let patch = UserPatch {
        family_name: FamilyName::parse("King").ok(),
        phone: Some(Phone::parse("110").ok()),
        ..UserPatch::default()
    };
    let Ok(Changed::To(new, _)) = user.patched(patch, moment(1)) else {
        panic!("nothing changed")
    };
    users
        .save(&new, user.version, &a_commit())
        .await
        .expect("can be saved");
    assert!(
        database
            .checkpoint()
            .await
            .expect("can be written")
            .complete
    );
    for entry in std::fs::read_dir(folder.path()).expect("can be listed") {
        let bytes = std::fs::read(entry.expect("is there").path()).expect("can be read");
        // Trigrams are stored sorted and prefix-compressed: "xot" stands there as three letters or less.
        for trace in ["quixotename", "Quixotename", "555 0199 77", "uixot"] {
            let found = bytes
                .windows(trace.len())
                .any(|window| window == trace.as_bytes());
            assert!(!found, "{trace}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_nobody_here_can_read_is_in_nobodys_way() {
    let (database, _folder) = fresh().await;
    let (users, user) = (SqliteUsers::new(database.clone()), a_user().build());
    let told = Event::user(EventKind::UserRegistered, user.id, user.version);
    let commit = a_commit().telling(told.clone()).telling(told);
    let added = users.add(&user, &commit).await;
    added.expect("nothing is in the way");
    execute(
        &database,
        "UPDATE outbox SET kind = 'shift.claimed' WHERE seq = 1",
    );
    let outbox = SqliteOutbox::new(database);
    let claimed = outbox.claim(moment(60), moment(120), 9).await;
    let seqs = |claimed: Vec<Delivery>| claimed.iter().map(|event| event.seq).collect::<Vec<_>>();
    assert_eq!(seqs(claimed.expect("can be claimed")), [2]);
    let again = outbox.claim(moment(61), moment(120), 9).await;
    assert!(
        seqs(again.expect("can be claimed")).is_empty(),
        "it is leased too"
    );
}
