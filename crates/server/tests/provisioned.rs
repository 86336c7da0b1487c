//! People whom nobody entered, but an issuer's good token: once each, however many requests come first, and not anew when they were
//! deleted or erased here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use futures::future::join_all;
use serde_json::{Value, json};
use support::issuer::Issuer;
use support::{Answer, Client, Muster, Start, eventually};

/// A server that enters whom the issuer describes, with a first admin by claim.
async fn provisioning() -> (Issuer, Muster, Client) {
    let issuer = Issuer::start().await;
    let mut environment = issuer.trusted();
    environment.push(("MUSTER_AUTH__PROVISION", "true".to_owned()));
    let muster = Muster::start_with(Start {
        environment,
        ..Start::default()
    });
    let root = muster.bearing(&issuer.token("root", &["admin"], &described("root")));
    assert_eq!(root.get("/v1/me").await.status, 200);
    (issuer, muster, root)
}

fn described(name: &str) -> Value {
    json!({"email": format!("{name}@example.org"), "given_name": name, "family_name": "New"})
}

async fn me(client: &Client) -> Answer {
    client.get("/v1/me").await
}

async fn assert_unknown(client: &Client) {
    for _ in 0..2 {
        let answer = me(client).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "user_unknown")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_first_requests_at_once_each_is_answered_and_one_person_is_entered() {
    let (issuer, muster, root) = provisioning().await;
    for round in 0..5 {
        let name = format!("eve{round}");
        let eve = muster.bearing(&issuer.token(&name, &["member"], &described(&name)));
        let answers = join_all((0..12).map(|_| me(&eve))).await;
        let ids: Vec<(u16, String)> = answers.iter().map(|it| (it.status, it.id())).collect();
        assert!(
            ids.iter().all(|one| *one == (200, ids[0].1.clone())),
            "{ids:?}"
        );
    }
    let everybody = root.get("/v1/users?page_size=50").await;
    assert_eq!(everybody.ids().len(), 6, "{everybody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deleted_is_not_entered_anew_but_let_in_when_an_admin_restores_them() {
    let (issuer, muster, root) = provisioning().await;
    let eve = muster.bearing(&issuer.token("eve", &["member"], &described("eve")));
    let (id, etag) = {
        let first = me(&eve).await;
        (first.id(), first.header("etag").to_owned())
    };
    let path = format!("/v1/users/{id}");
    assert_eq!(root.delete_seen(&path, &etag).await.status, 204);
    assert_unknown(&eve).await;
    let restored = root.act(&format!("{path}/restore")).await;
    assert_eq!(restored.status, 200, "{restored:?}");
    assert_eq!(me(&eve).await.id(), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_erased_is_not_entered_anew_but_by_an_admin() {
    let (issuer, muster, root) = provisioning().await;
    let eve = muster.bearing(&issuer.token("eve", &["member"], &described("eve")));
    let id = me(&eve).await.id();
    let begun = root.act(&format!("/v1/users/{id}/erase")).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    assert_unknown(&eve).await;
    let receipt = begun.header("location").to_owned();
    eventually("the erasure is done", || async {
        root.get(&receipt).await.json()["status"] == "done"
    })
    .await;
    assert_unknown(&eve).await;
    let receipt = root.get(&receipt).await.json();
    let stayed = receipt["parts"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|part| part["stayed"].as_array().unwrap());
    let kept = stayed.filter(|it| it["what"] == "erased_subjects").count();
    assert_eq!(kept, 1, "{receipt}");
    let mut known = described("eve");
    known["external_subject"] = json!("eve");
    let made = root.post("/v1/users", &known).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(me(&eve).await.id(), made.id());
}
