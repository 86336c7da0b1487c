//! Passwords that are replaced while somebody is on the way in, and invitations to who somebody was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{Client, Muster, PASSWORD};

const NEW: &str = "battery staple horse";
const EMAIL: &str = "grace@example.org";

async fn sign_in(muster: &Muster, password: &str) -> Option<Client> {
    let login = json!({"email": EMAIL, "password": password});
    let answer = muster.anonymous().post("/v1/auth/login", &login).await;
    let token = answer.json()["access_token"].as_str().map(str::to_owned);
    assert_eq!(answer.status == 200, token.is_some(), "{answer:?}");
    token.map(|token| muster.bearing(&token))
}

async fn is_signed_in(client: &Client) -> bool {
    client.get("/v1/me").await.status == 200
}

fn changing(current: &str, new: &str) -> Value {
    json!({"current_password": current, "new_password": new})
}

/// However far the check of it had come.
#[tokio::test]
async fn nobody_comes_in_with_a_password_that_is_being_replaced() {
    let (muster, admin) = Muster::set_up().await;
    let (_, owner) = muster.person(&admin, "member", EMAIL).await;
    let (mut present, mut next) = (PASSWORD, NEW);
    for _ in 0..5 {
        // All of them are being checked while the password changes.
        let thieves = (0..4).map(|_| sign_in(&muster, present));
        let body = changing(present, next);
        let changed = owner.post("/v1/auth/password", &body);
        let (thieves, changed) = futures::join!(futures::future::join_all(thieves), changed);
        assert_eq!(changed.status, 204, "{changed:?}");
        for thief in thieves.into_iter().flatten() {
            assert!(!is_signed_in(&thief).await, "with the old password");
        }
        assert!(is_signed_in(&owner).await);
        let devices = owner.get("/v1/auth/sessions").await.json();
        assert_eq!(devices["items"].as_array().unwrap().len(), 1, "{devices}");
        assert!(sign_in(&muster, next).await.is_some());
        (present, next) = (next, present);
    }
}

/// Whoever is first, the owner who has the code is not shut out by who knew the old password.
#[tokio::test]
async fn a_password_change_on_the_way_does_not_undo_a_reset() {
    let (muster, admin) = Muster::set_up().await;
    let (id, _) = muster.person(&admin, "member", EMAIL).await;
    let mut present = PASSWORD.to_owned();
    for round in 0..4 {
        let thief = sign_in(&muster, &present).await.unwrap();
        let invited = admin.act(&format!("/v1/users/{id}/invitation")).await;
        let (owners, thiefs) = (
            format!("the owner's {round}!"),
            format!("the thief's {round}!"),
        );
        let code = &invited.json()["code"];
        let reset = json!({"code": code, "password": owners});
        let anonymous = muster.anonymous();
        let (changing, reset) = (
            changing(&present, &thiefs),
            anonymous.post("/v1/auth/invitation", &reset),
        );
        let (reset, changed) = futures::join!(reset, thief.post("/v1/auth/password", &changing));
        // One of them was first, and the other was told.
        let won = (reset.status == 200, changed.status == 204);
        match won {
            (true, false) => {
                assert!(!is_signed_in(&thief).await);
                assert!(sign_in(&muster, &thiefs).await.is_none());
                present = owners;
            }
            (false, true) => {
                assert!(sign_in(&muster, &owners).await.is_none());
                present = thiefs;
            }
            _ => panic!("{reset:?} {changed:?}"),
        }
        assert!(sign_in(&muster, &present).await.is_some());
    }
}

/// Neither a promotion, nor another address, nor a suspension is got by an invitation from before.
#[tokio::test]
async fn an_invitation_is_for_who_somebody_was() {
    let (muster, admin) = Muster::set_up().await;
    let (_, manager) = muster
        .person(&admin, "manager", "manager@example.org")
        .await;
    let (id, member) = muster.person(&admin, "member", EMAIL).await;
    let path = format!("/v1/users/{id}");
    for change in ["role", "email", "password", "suspension"] {
        let invited = manager.act(&format!("{path}/invitation")).await;
        assert_eq!(invited.status, 201, "{invited:?}");
        let tag = admin.get(&path).await.header("etag").to_owned();
        let done = match change {
            "role" => {
                let promoted = admin.patch(&path, &tag, &json!({"role": "admin"})).await;
                let tag = promoted.header("etag").to_owned();
                admin.patch(&path, &tag, &json!({"role": "member"})).await
            }
            "email" => {
                let email = json!({"email": "grace.hopper@example.org"});
                admin.patch(&path, &tag, &email).await
            }
            "password" => {
                member
                    .post("/v1/auth/password", &changing(PASSWORD, NEW))
                    .await
            }
            _ => {
                let other = admin.act(&format!("{path}/suspend")).await;
                assert_eq!(other.status, 200);
                admin.act(&format!("{path}/activate")).await
            }
        };
        let code = invited.json()["code"].clone();
        let redeemed = json!({"code": code, "password": "whoever has the code"});
        let redeemed = muster
            .anonymous()
            .post("/v1/auth/invitation", &redeemed)
            .await;
        assert_eq!(redeemed.status, 422, "{change}: {redeemed:?}");
        assert!(matches!(done.status, 200 | 204), "{change}: {done:?}");
    }
}
