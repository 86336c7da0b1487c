//! What becomes of people, and what they may do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use support::Muster;

#[tokio::test]
async fn the_suspended_are_locked_out_until_they_are_activated() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let suspended = admin.act(&format!("/v1/users/{id}/suspend")).await;
    assert_eq!(suspended.json()["status"], "suspended");
    assert_eq!(grace.get("/v1/me").await.code(), "unauthenticated");
    let login = json!({"email": "grace@example.org", "password": support::PASSWORD});
    let refused = muster.anonymous().post("/v1/auth/login", &login).await;
    assert_eq!(refused.code(), "invalid_credentials");
    let active = admin.act(&format!("/v1/users/{id}/activate")).await;
    assert_eq!(active.json()["status"], "active");
    // The device was signed out for good; who is let in again signs in again.
    assert_eq!(grace.get("/v1/me").await.code(), "unauthenticated");
    let again = muster.anonymous().post("/v1/auth/login", &login).await;
    assert_eq!(again.status, 200, "{again:?}");
}

#[tokio::test]
async fn the_deleted_are_out_of_sight_and_come_back_unless_their_email_is_taken() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let path = format!("/v1/users/{id}");
    let seen = admin.get(&path).await.header("etag").to_owned();
    assert_eq!(admin.delete(&path).await.code(), "precondition_required");
    assert_eq!(admin.delete_seen(&path, &seen).await.status, 204);
    assert_eq!(grace.get("/v1/me").await.code(), "unauthenticated");
    assert!(!admin.get("/v1/users").await.ids().contains(&id));
    assert_eq!(admin.get("/v1/users?status=deleted").await.ids(), [&*id]);
    let deleted = admin.get(&path).await.header("etag").to_owned();
    let late = admin
        .patch(&path, &deleted, &json!({"phone": "555 0100"}))
        .await;
    assert_eq!(late.code(), "user_deleted");
    let same_email =
        json!({"given_name": "Other", "family_name": "Grace", "email": "Grace@Example.org"});
    let other = admin.post("/v1/users", &same_email).await;
    assert_eq!(other.status, 201);
    let restore = format!("{path}/restore");
    assert_eq!(admin.act(&restore).await.code(), "email_taken");
    let gone = admin.delete_seen(other.header("location"), "\"1\"").await;
    assert_eq!(gone.status, 204);
    assert_eq!(admin.act(&restore).await.json()["status"], "active");
    let trail = admin.get(&format!("{path}/audit?page_size=2")).await;
    let actions = [0, 1].map(|row| trail.json()["items"][row]["action"].clone());
    assert_eq!(actions, ["user.restored", "user.deleted"]);
    assert!(trail.next().is_some(), "there is more of it");
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let (_muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await;
    let (path, seen) = (format!("/v1/users/{}", me.id()), me.header("etag"));
    for refused in [
        admin.delete_seen(&path, seen).await,
        admin.act(&format!("{path}/suspend")).await,
        admin.patch(&path, seen, &json!({"role": "member"})).await,
    ] {
        assert_eq!(refused.code(), "last_admin");
    }
}

#[tokio::test]
async fn strangers_may_do_nothing() {
    let (muster, _admin) = Muster::set_up().await;
    for path in ["/v1/users", "/v1/me", "/v1/admin/consistency"] {
        let answer = muster.anonymous().get(path).await;
        assert_eq!(answer.code(), "unauthenticated", "{path}");
    }
}

#[tokio::test]
async fn members_see_and_change_themselves_alone() {
    let (muster, admin) = Muster::set_up().await;
    let (_, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let (other, _) = muster.person(&admin, "member", "other@example.org").await;
    assert_eq!(grace.get("/v1/users").await.code(), "forbidden");
    for path in [
        format!("/v1/users/{other}"),
        format!("/v1/users/{other}/images"),
    ] {
        assert_eq!(grace.get(&path).await.code(), "not_found", "{path}");
    }
    let eve = json!({"given_name": "E", "family_name": "Eve", "email": "eve@example.org"});
    assert_eq!(grace.post("/v1/users", &eve).await.code(), "forbidden");
    for (change, status) in [
        (json!({"phone": "555 0100"}), 200),
        (json!({"role": "admin"}), 403),
    ] {
        let mine = grace.get("/v1/me").await;
        let answer = grace
            .patch("/v1/users/me", mine.header("etag"), &change)
            .await;
        assert_eq!(answer.status, status, "{change}");
    }
}

#[tokio::test]
async fn managers_read_but_do_not_rise() {
    let (muster, admin) = Muster::set_up().await;
    let (grace, _) = muster.person(&admin, "member", "grace@example.org").await;
    let (_, manager) = muster
        .person(&admin, "manager", "manager@example.org")
        .await;
    let read = manager.get(&format!("/v1/users/{grace}")).await;
    assert_eq!(read.status, 200);
    let above = format!("/v1/users/{}", admin.get("/v1/me").await.id());
    for action in ["suspend", "invitation"] {
        let answer = manager.act(&format!("{above}/{action}")).await;
        assert_eq!(answer.code(), "forbidden", "{action}");
    }
    let second =
        json!({"given_name": "A", "family_name": "B", "email": "a@example.org", "role": "admin"});
    assert_eq!(manager.post("/v1/users", &second).await.code(), "forbidden");
    let consistency = "/v1/admin/consistency";
    assert_eq!(manager.get(consistency).await.code(), "forbidden");
    assert_eq!(admin.get(consistency).await.status, 200);
    let scan = admin.act(&format!("{consistency}/scan")).await;
    assert_eq!(scan.status, 200);
}
