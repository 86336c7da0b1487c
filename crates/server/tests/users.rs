//! The staff directory over HTTP: what clients rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::Muster;

fn someone(given: &str, family: &str, email: &str) -> Value {
    json!({"given_name": given, "family_name": family, "email": email})
}

#[tokio::test]
async fn a_person_is_made_read_and_changed_by_version() {
    let (_muster, admin) = Muster::set_up().await;
    let made = admin
        .post(
            "/v1/users",
            &someone("Grace", "Hopper", "grace@example.org"),
        )
        .await;
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""));
    let path = made.header("location").to_owned();
    assert_eq!(path, format!("/v1/users/{}", made.id()));
    let read = admin.get(&path).await;
    assert_eq!((read.status, read.body), (200, made.body.clone()));
    let fresh = admin
        .send(admin.request("GET", &path).header("If-None-Match", "\"1\""))
        .await;
    assert_eq!(fresh.status, 304);
    let unseen = admin
        .send(
            admin
                .request("PATCH", &path)
                .json(&json!({"phone": "555 0100"})),
        )
        .await;
    assert_eq!(unseen.code(), "precondition_required");
    let changed = admin
        .patch(&path, "\"1\"", &json!({"phone": "555 0100"}))
        .await;
    assert_eq!(
        (
            changed.status,
            changed.header("etag"),
            changed.json()["phone"].as_str()
        ),
        (200, "\"2\"", Some("555 0100"))
    );
    let stale = admin.patch(&path, "\"1\"", &json!({"phone": null})).await;
    assert_eq!(
        (stale.code().as_str(), stale.header("etag")),
        ("version_mismatch", "\"2\"")
    );
    let cleared = admin.patch(&path, "\"2\"", &json!({"phone": null})).await;
    assert!(cleared.json().get("phone").is_none_or(Value::is_null));
}

#[tokio::test]
async fn a_key_counts_once_and_replays_byte_for_byte() {
    let (_muster, admin) = Muster::set_up().await;
    let body = someone("Grace", "Hopper", "grace@example.org");
    let first = admin.keyed("/v1/users", "key-1", &body).await;
    assert_eq!(first.status, 201);
    let path = first.header("location").to_owned();
    assert_eq!(
        admin
            .patch(&path, "\"1\"", &json!({"given_name": "Amazing"}))
            .await
            .status,
        200
    );
    let again = admin.keyed("/v1/users", "key-1", &body).await;
    assert_eq!(
        (
            again.status,
            again.body,
            again.headers.get("idempotency-replayed").is_some()
        ),
        (201, first.body, true)
    );
    assert_eq!(
        (
            again.headers["etag"].clone(),
            again.headers["location"].clone()
        ),
        (
            first.headers["etag"].clone(),
            first.headers["location"].clone()
        )
    );
    let other = admin
        .keyed(
            "/v1/users",
            "key-1",
            &someone("Other", "Body", "other@example.org"),
        )
        .await;
    assert_eq!(other.code(), "idempotency_key_reused");
    let malformed = admin
        .send(
            admin
                .request("POST", "/v1/users")
                .header("Idempotency-Key", "a b")
                .json(&body),
        )
        .await;
    assert_eq!(malformed.code(), "idempotency_key_invalid");
    let taken = admin.keyed("/v1/users", "key-2", &body).await;
    assert_eq!(taken.code(), "email_taken");
}

#[tokio::test]
async fn twenty_requests_under_one_key_make_one_person() {
    let (_muster, admin) = Muster::set_up().await;
    let body = someone("Grace", "Hopper", "grace@example.org");
    let answers =
        futures::future::join_all((0..20).map(|_| admin.keyed("/v1/users", "one", &body))).await;
    let mut made: Vec<String> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(support::Answer::id)
        .collect();
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 || answer.code() == "idempotency_key_in_flight"),
        "{answers:?}"
    );
    made.dedup();
    assert_eq!(made.len(), 1);
    assert_eq!(admin.all_ids("/v1/users?query=grace").await.len(), 1);
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let (_muster, admin) = Muster::set_up().await;
    let refused = admin.post("/v1/users/batch", &two_bad_of_three()).await;
    assert!([409, 422].contains(&refused.status), "{refused:?}");
    let pointers = refused.pointers();
    assert!(
        pointers.iter().all(|at| at.starts_with("/items/")),
        "{pointers:?}"
    );
    assert_eq!(admin.get("/v1/users").await.ids().len(), 1);
}

#[tokio::test]
async fn a_partial_batch_says_what_became_of_each_row() {
    let (_muster, admin) = Muster::set_up().await;
    let path = "/v1/users/batch?mode=partial";
    let partial = admin.post(path, &two_bad_of_three()).await;
    assert_eq!(partial.status, 200, "{partial:?}");
    let verdicts = partial.json()["items"].clone();
    let statuses = [0, 1, 2].map(|row| verdicts[row]["status"].clone());
    assert_eq!(statuses, ["applied", "refused", "refused"]);
    assert_eq!(verdicts[1]["problem"]["code"], "email_taken");
    assert_eq!(verdicts[2]["problem"]["code"], "validation_failed");
    assert_eq!(admin.get("/v1/users").await.ids().len(), 2);
}

#[tokio::test]
async fn a_batch_has_a_thousand_rows_at_most_and_replays_them_all() {
    let (_muster, admin) = Muster::set_up().await;
    let mut rows: Vec<Value> = (0..1000)
        .map(|number| someone("Many", "People", &format!("many{number}@example.org")))
        .collect();
    let batch = json!({"items": rows});
    let all = admin.keyed("/v1/users/batch", "many", &batch).await;
    let made = all.json()["items"].as_array().unwrap().len();
    assert_eq!((all.status, made), (200, 1000));
    let replay = admin.keyed("/v1/users/batch", "many", &batch).await;
    assert_eq!(replay.header("idempotency-replayed"), "true");
    assert!(replay.body == all.body, "byte for byte");
    rows.push(someone("One", "More", "more@example.org"));
    let over = admin.post("/v1/users/batch", &json!({"items": rows})).await;
    assert_eq!(over.code(), "validation_failed");
}

/// One good row, one whose email is taken, one with two faults.
fn two_bad_of_three() -> Value {
    json!({"items": [
        someone("A", "One", "one@example.org"),
        someone("B", "Two", "ADMIN@example.org"),
        someone("", "Three", "no"),
    ]})
}
