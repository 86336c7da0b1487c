//! The audit trail is sealed while the service runs, and `muster audit verify` finds what was done to it past the service.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use std::process::Output;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Muster, Place, Start, command, eventually};

fn verify(place: &Place) -> Output {
    command(place.path())
        .args(["audit", "verify"])
        .envs(place.environment())
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Waits until all rows are sealed; answers the number and the digest of the newest seal.
fn all_sealed(place: &Place) -> (u64, String) {
    let started = Instant::now();
    loop {
        let output = verify(place);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let told = told(&output);
        if told.contains("\nunsealed rows: 0\n") && !told.contains("newest seal: none") {
            let (_, newest) = told.split_once("newest seal: ").unwrap();
            let mut words = newest.split_whitespace();
            let number = words.next().unwrap().parse().unwrap();
            return (number, words.next().unwrap().to_owned());
        }
        assert!(started.elapsed() < Duration::from_secs(30), "{told}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Statements that both databases take but for a word or two.
struct Dialect {
    triggers_gone: &'static str,
    with_a_place: &'static str,
}

fn dialect(place: &Place) -> Dialect {
    if place.is_production() {
        return Dialect {
            triggers_gone: "DROP TRIGGER audit_is_not_changed ON audit;
                DROP TRIGGER audit_seals_are_not_changed ON audit_seals",
            with_a_place: "OVERRIDING SYSTEM VALUE",
        };
    }
    Dialect {
        triggers_gone: "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted;
            DROP TRIGGER audit_is_not_replaced; DROP TRIGGER audit_seals_are_not_changed;
            DROP TRIGGER audit_seals_are_not_deleted; DROP TRIGGER audit_seals_are_not_replaced",
        with_a_place: "",
    }
}

/// Three rounds of changes, each with a seal of its own at least; answers the number of the newest.
async fn made_history(muster: &Muster, place: &Place) -> u64 {
    let admin = muster.first_admin().await;
    let (first, _) = all_sealed(place);
    let (id, _grace) = muster.person(&admin, "member", "grace@example.org").await;
    let (second, _) = all_sealed(place);
    let path = format!("/v1/users/{id}");
    let seen = admin.get(&path).await.header("etag").to_owned();
    let changed =
        json!({"given_name": "Amazing", "phone": "555 0199 77", "address": "1 Quay Street"});
    let changed = admin.patch(&path, &seen, &changed).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let gone = admin.delete_seen(&path, changed.header("etag")).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    let (third, _) = all_sealed(place);
    assert!(first < second && second < third, "{first} {second} {third}");
    let trail = admin.get(&format!("{path}/audit")).await;
    let trail = String::from_utf8(trail.body).unwrap();
    for personal in [
        "Grace",
        "Amazing",
        "Hopper",
        "grace@example.org",
        "555 0199",
        "Quay",
    ] {
        assert!(!trail.contains(personal), "{personal} in {trail}");
    }
    third
}

/// Something that is done past the service, how it is undone, and what has to be said of it meanwhile.
struct Mischief {
    done: String,
    undone: String,
    place: &'static str,
    what: &'static str,
}

const COLUMNS: &str = "at, principal, request_id, action, user_id, object_id, changes";
/// The first row of the second seal.
const SECOND: &str = "(SELECT min(seq) FROM audit WHERE seq >= (SELECT first_seq FROM audit_seals WHERE number = 2))";

fn to_rows(with_a_place: &str) -> [Mischief; 3] {
    [
        Mischief {
            done: format!("UPDATE audit SET request_id = request_id || 'x' WHERE seq = {SECOND}"),
            undone: format!(
                "UPDATE audit SET request_id = substr(request_id, 1, length(request_id) - 1) WHERE seq = {SECOND}"
            ),
            place: "seal 2, rows ",
            what: ": rows were changed",
        },
        Mischief {
            done: format!(
                "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = {SECOND}; DELETE FROM audit WHERE seq = {SECOND}"
            ),
            undone: format!(
                "INSERT INTO audit (seq, {COLUMNS}) {with_a_place} SELECT seq, {COLUMNS} FROM kept; DROP TABLE kept"
            ),
            place: "seal 2, rows ",
            what: ": rows were removed, ",
        },
        Mischief {
            done: format!(
                "INSERT INTO audit (seq, {COLUMNS}) {with_a_place} SELECT 0, {COLUMNS} FROM audit WHERE seq = {SECOND}"
            ),
            undone: "DELETE FROM audit WHERE seq = 0".to_owned(),
            place: "seal 1, rows ",
            what: ": rows were added",
        },
    ]
}

fn to_seals() -> [Mischief; 3] {
    let removed = |number: u64, place| Mischief {
        done: format!(
            "CREATE TABLE kept AS SELECT * FROM audit_seals WHERE number = {number};
            DELETE FROM audit_seals WHERE number = {number}"
        ),
        undone: "INSERT INTO audit_seals SELECT * FROM kept; DROP TABLE kept".to_owned(),
        place,
        what: "the seal was removed",
    };
    let changed =
        |by| format!("UPDATE audit_seals SET row_count = row_count {by} 1 WHERE number = 2");
    [
        Mischief {
            done: changed("+"),
            undone: changed("-"),
            place: "seal 2, rows ",
            what: ": the seal was changed",
        },
        removed(2, "seal 2: "),
        removed(1, "seal 1: "),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_done_to_the_trail_is_noticed_and_named() {
    let place = Arc::new(Place::new());
    let mut muster = Muster::start_with(Start {
        place: Some(Arc::clone(&place)),
        ..Start::default()
    });
    let newest = made_history(&muster, &place).await;
    muster.kill_9();
    let Dialect {
        triggers_gone,
        with_a_place,
    } = dialect(&place);
    let owned = verify(&place);
    assert!(said(&owned).contains("triggers stand in"), "{owned:?}");
    place.tamper(triggers_gone);
    let open = verify(&place);
    assert!(said(&open).contains("missing or turned off"), "{open:?}");
    for mischief in to_rows(with_a_place).into_iter().chain(to_seals()) {
        let Mischief {
            done,
            undone,
            place: named,
            what,
        } = mischief;
        place.tamper(&done);
        let output = verify(&place);
        assert_eq!(output.status.code(), Some(70), "{done}: {output:?}");
        let breach = told(&output);
        let named = breach.starts_with(&format!("first breach: {named}"));
        assert!(named && breach.contains(what), "{done}: {breach}");
        assert!(said(&output).contains("not as it was sealed"), "{output:?}");
        place.tamper(&undone);
        assert_eq!(all_sealed(&place).0, newest, "{undone}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_process_goes_on_where_the_last_one_stopped() {
    let place = Arc::new(Place::new());
    let start = || {
        Muster::start_with(Start {
            place: Some(Arc::clone(&place)),
            ..Start::default()
        })
    };
    let mut muster = start();
    muster.first_admin().await;
    let (first, digest) = all_sealed(&place);
    assert_eq!(digest.len(), 64, "{digest}");
    muster.kill_9();
    // What a manager of the database adds without a seal is the tail.
    place.tamper(
        "INSERT INTO audit (at, principal, request_id, action, user_id, changes)
        SELECT at, principal, request_id, action, user_id, changes FROM audit WHERE seq = 1",
    );
    let output = verify(&place);
    let tail = told(&output);
    assert!(tail.contains("\nunsealed rows: 1, from "), "{tail}");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let muster = start();
    let (second, _) = all_sealed(&place);
    assert_eq!(second, first + 1);
    eventually("the lag is told", || async {
        let metrics = muster.metrics().await;
        metrics
            .lines()
            .any(|line| line.starts_with("audit_seal_lag_seconds "))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_verified_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let verify = || {
        command(folder.path())
            .args(["audit", "verify"])
            .output()
            .unwrap()
    };
    let missing = verify();
    assert_eq!(missing.status.code(), Some(69), "{missing:?}");
    assert!(
        said(&missing).contains("there is no database"),
        "{missing:?}"
    );
    assert!(!folder.path().join("data").exists());
    let step = |words: &[&str]| {
        let output = command(folder.path()).args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    step(&["migrate", "up"]);
    let empty = verify();
    assert_eq!(
        told(&empty),
        "newest seal: none\nsealed rows: 0\nunsealed rows: 0\n"
    );
    step(&["migrate", "down"]);
    assert_eq!(verify().status.code(), Some(64));
}

#[test]
fn config_check_says_who_guards_the_trail() {
    let folder = tempfile::tempdir().unwrap();
    for (url, expected) in [
        ("sqlite://./data/muster.db", "triggers stand in"),
        (
            "postgres://u:p@nowhere.invalid/muster",
            "`muster audit verify` asks it",
        ),
    ] {
        let output = command(folder.path())
            .args(["config", "check"])
            .env("MUSTER_DATABASE_URL", url)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let said = said(&output);
        assert!(
            said.lines()
                .any(|line| line.starts_with("note: ") && line.contains(expected)),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_leaves_the_trail_as_it_was_sealed() {
    let muster = Muster::start();
    let (admin, place) = (muster.first_admin().await, muster.place());
    let (id, _) = muster.person(&admin, "member", "grace@example.org").await;
    let (before, _) = all_sealed(&place);
    let begun = admin.act(&format!("/v1/users/{id}/erase")).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    let receipt = begun.header("location").to_owned();
    eventually("the receipt is final", || async {
        admin.get(&receipt).await.json()["status"] == "done"
    })
    .await;
    let (after, _) = all_sealed(&place);
    assert!(after > before, "the erasure is in the trail");
    let trail = admin.get(&format!("/v1/users/{id}/audit")).await;
    assert!(trail.json()["items"].as_array().unwrap().len() > 1);
}
