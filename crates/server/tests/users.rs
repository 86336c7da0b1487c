//! The staff directory over HTTP: what clients rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{Client, Muster};

fn someone(given: &str, family: &str, email: &str) -> Value {
    json!({"given_name": given, "family_name": family, "email": email})
}

async fn ids(client: &Client, query: &str) -> Vec<String> {
    let (mut ids, mut token) = (Vec::new(), String::new());
    loop {
        let answer = client
            .get(&format!("/v1/users?page_size=7&{query}{token}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = answer.json();
        ids.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match page["next_page_token"].as_str() {
            Some(next) => token = format!("&page_token={next}"),
            None => return ids,
        }
    }
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
    assert_eq!(ids(&admin, "query=grace").await.len(), 1);
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_or_row_by_row() {
    let (_muster, admin) = Muster::set_up().await;
    let items = json!({"items": [someone("A", "One", "one@example.org"), someone("B", "Two", "ADMIN@example.org"), {"given_name": "", "family_name": "Three", "email": "no"}]});
    let refused = admin.post("/v1/users/batch", &items).await;
    assert!(
        refused.status == 422 || refused.status == 409,
        "{refused:?}"
    );
    let pointers: Vec<String> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        pointers
            .iter()
            .all(|pointer| pointer.starts_with("/items/")),
        "{pointers:?}"
    );
    assert_eq!(ids(&admin, "").await.len(), 1);
    let partial = admin.post("/v1/users/batch?mode=partial", &items).await;
    assert_eq!(partial.status, 200, "{partial:?}");
    let verdicts = partial.json()["items"].clone();
    let statuses: Vec<_> = verdicts
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["applied", "refused", "refused"]);
    assert_eq!(verdicts[1]["problem"]["code"], "email_taken");
    assert_eq!(verdicts[2]["problem"]["code"], "validation_failed");
    assert_eq!(ids(&admin, "").await.len(), 2);
    let many: Vec<Value> = (0..1000)
        .map(|number| {
            someone(
                "Many",
                &format!("Person {number}"),
                &format!("many{number}@example.org"),
            )
        })
        .collect();
    let all = admin
        .keyed("/v1/users/batch", "many", &json!({"items": many}))
        .await;
    assert_eq!(
        (all.status, all.json()["items"].as_array().unwrap().len()),
        (200, 1000)
    );
    let replay = admin
        .keyed("/v1/users/batch", "many", &json!({"items": many}))
        .await;
    assert_eq!(
        (
            replay.body == all.body,
            replay.header("idempotency-replayed")
        ),
        (true, "true")
    );
    let mut over = many;
    over.push(someone("One", "More", "more@example.org"));
    assert_eq!(
        admin
            .post("/v1/users/batch", &json!({"items": over}))
            .await
            .code(),
        "validation_failed"
    );
}

#[tokio::test]
async fn searching_combines_filters_and_pages_survive_inserts() {
    let (_muster, admin) = Muster::set_up().await;
    let site = "0199aaaa-0000-7000-8000-000000000001";
    let people: Vec<Value> = (0..40)
        .map(|number| {
            let mut person = someone(
                if number % 2 == 0 { "Åsa" } else { "Bo" },
                &format!("Family {:02}", number / 2),
                &format!("p{number}@example.org"),
            );
            person["role"] = json!(if number % 4 == 0 { "manager" } else { "member" });
            person["site_ids"] = if number < 20 {
                json!([site])
            } else {
                json!([])
            };
            person
        })
        .collect();
    assert_eq!(
        admin
            .post("/v1/users/batch", &json!({"items": people}))
            .await
            .status,
        200
    );
    assert_eq!(ids(&admin, "query=%C3%A5SA").await.len(), 20);
    assert_eq!(ids(&admin, "query=bo&role=member").await.len(), 20);
    assert_eq!(
        ids(&admin, &format!("query=sa%20f&role=manager&site_id={site}"))
            .await
            .len(),
        5
    );
    assert_eq!(ids(&admin, "query=zz").await.len(), 0);
    let first = admin.get("/v1/users?page_size=10").await.json();
    let earlier = ids(&admin, "").await;
    for number in 0..10 {
        let person = someone(
            "Aa",
            &format!("Family {number:02} b"),
            &format!("late{number}@example.org"),
        );
        assert_eq!(admin.post("/v1/users", &person).await.status, 201);
    }
    let (mut seen, mut token) = (
        Vec::new(),
        first["next_page_token"].as_str().map(str::to_owned),
    );
    seen.extend(
        first["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned()),
    );
    while let Some(next) = token {
        let page = admin
            .get(&format!("/v1/users?page_size=10&page_token={next}"))
            .await
            .json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        token = page["next_page_token"].as_str().map(str::to_owned);
    }
    for id in &earlier {
        assert_eq!(seen.iter().filter(|other| *other == id).count(), 1);
    }
    let foreign = first["next_page_token"].as_str().unwrap();
    assert_eq!(
        admin
            .get(&format!("/v1/users?role=admin&page_token={foreign}"))
            .await
            .code(),
        "page_token_mismatch"
    );
    assert_eq!(
        admin.get("/v1/users?page_token=made-up").await.code(),
        "page_token_mismatch"
    );
}

#[tokio::test]
async fn deleting_restoring_suspending_and_activating() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let path = format!("/v1/users/{id}");
    assert_eq!(
        admin
            .post(&format!("{path}/suspend"), &json!({}))
            .await
            .json()["status"],
        "suspended"
    );
    assert_eq!(grace.get("/v1/me").await.code(), "unauthenticated");
    let login = json!({"email": "grace@example.org", "password": support::PASSWORD});
    assert_eq!(
        muster
            .anonymous()
            .post("/v1/auth/login", &login)
            .await
            .code(),
        "invalid_credentials"
    );
    let active = admin.post(&format!("{path}/activate"), &json!({})).await;
    assert_eq!(active.json()["status"], "active");
    assert_eq!(grace.get("/v1/me").await.status, 200);
    assert_eq!(admin.delete(&path).await.code(), "precondition_required");
    assert_eq!(
        admin.delete_seen(&path, active.header("etag")).await.status,
        204
    );
    assert_eq!(grace.get("/v1/me").await.code(), "unauthenticated");
    assert!(!ids(&admin, "").await.contains(&id));
    assert!(ids(&admin, "status=deleted").await.contains(&id));
    assert_eq!(
        admin
            .patch(&path, "\"4\"", &json!({"phone": "555 0100"}))
            .await
            .code(),
        "user_deleted"
    );
    let other = admin
        .post("/v1/users", &someone("Other", "Grace", "Grace@Example.org"))
        .await;
    assert_eq!(other.status, 201);
    assert_eq!(
        admin
            .post(&format!("{path}/restore"), &json!({}))
            .await
            .code(),
        "email_taken"
    );
    assert_eq!(
        admin
            .delete_seen(other.header("location"), "\"1\"")
            .await
            .status,
        204
    );
    assert_eq!(
        admin
            .post(&format!("{path}/restore"), &json!({}))
            .await
            .json()["status"],
        "active"
    );
    let trail = admin.get(&format!("{path}/audit?page_size=3")).await.json();
    assert_eq!(trail["items"][0]["action"], "user.restored");
    assert_eq!(trail["items"][1]["action"], "user.deleted");
    assert!(trail["next_page_token"].is_string());
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let (_muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await;
    let path = format!("/v1/users/{}", me.id());
    assert_eq!(
        admin.delete_seen(&path, me.header("etag")).await.code(),
        "last_admin"
    );
    assert_eq!(
        admin
            .post(&format!("{path}/suspend"), &json!({}))
            .await
            .code(),
        "last_admin"
    );
    assert_eq!(
        admin
            .patch(&path, me.header("etag"), &json!({"role": "member"}))
            .await
            .code(),
        "last_admin"
    );
}

#[tokio::test]
async fn who_may_do_what() {
    let (muster, admin) = Muster::set_up().await;
    let (grace_id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let (manager_id, manager) = muster
        .person(&admin, "manager", "manager@example.org")
        .await;
    assert_eq!(
        muster.anonymous().get("/v1/users").await.code(),
        "unauthenticated"
    );
    assert_eq!(grace.get("/v1/users").await.code(), "forbidden");
    assert_eq!(
        grace.get(&format!("/v1/users/{manager_id}")).await.code(),
        "not_found"
    );
    assert_eq!(
        grace
            .get(&format!("/v1/users/{manager_id}/images"))
            .await
            .code(),
        "not_found"
    );
    assert_eq!(
        grace
            .post("/v1/users", &someone("E", "Eve", "eve@example.org"))
            .await
            .code(),
        "forbidden"
    );
    let mine = grace.get("/v1/me").await;
    assert_eq!(
        grace
            .patch(
                "/v1/users/me",
                mine.header("etag"),
                &json!({"phone": "555 0100"})
            )
            .await
            .status,
        200
    );
    let mine = grace.get("/v1/me").await;
    assert_eq!(
        grace
            .patch(
                "/v1/users/me",
                mine.header("etag"),
                &json!({"role": "admin"})
            )
            .await
            .code(),
        "forbidden"
    );
    let admin_id = admin.get("/v1/me").await.id();
    assert_eq!(
        manager
            .post(&format!("/v1/users/{admin_id}/suspend"), &json!({}))
            .await
            .code(),
        "forbidden"
    );
    assert_eq!(
        manager
            .post(&format!("/v1/users/{admin_id}/invitation"), &json!({}))
            .await
            .code(),
        "forbidden"
    );
    assert_eq!(manager.post("/v1/users", &json!({"given_name": "A", "family_name": "B", "email": "a@example.org", "role": "admin"})).await.code(), "forbidden");
    assert_eq!(
        manager.get(&format!("/v1/users/{grace_id}")).await.status,
        200
    );
    assert_eq!(
        manager.get("/v1/admin/consistency").await.code(),
        "forbidden"
    );
    assert_eq!(admin.get("/v1/admin/consistency").await.status, 200);
    assert_eq!(
        admin
            .post("/v1/admin/consistency/scan", &json!({}))
            .await
            .status,
        200
    );
}
