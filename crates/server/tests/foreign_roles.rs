//! Roles that come from outside count for those who act and for those who are acted on: who is an admin because an issuer or a gateway
//! says so is nobody's to suspend, delete or take over but an admin's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::sync::Arc;
use support::gateway::{Gateway, SECRET, digest};
use support::issuer::Issuer;
use support::{Answer, Client, Muster, Place, Start};

/// Who signs people in.
enum Outside {
    Issuer(Issuer),
    Gateway(Gateway),
}

/// A server that believes somebody else, the directory behind it, and a machine key that may write people.
struct House {
    outside: Outside,
    muster: Muster,
    key: Client,
    boss: String,
}

/// In the directory are an admin, `root`; a member whom others call an admin, `boss`; and a manager, `lead`.
async fn house(outside: Outside) -> House {
    let mut local = Muster::start();
    let admin = local.first_admin().await;
    let me = admin.get("/v1/me").await;
    let known = json!({"external_subject": "root"});
    let path = format!("/v1/users/{}", me.id());
    let patched = admin.patch(&path, me.header("etag"), &known).await;
    assert_eq!(patched.status, 200, "{patched:?}");
    let mut ids = Vec::new();
    for (name, role) in [("boss", "member"), ("lead", "manager")] {
        let body = json!({"given_name": name, "family_name": "B", "email": format!("{name}@example.org"),
            "role": role, "external_subject": name});
        let made = admin.post("/v1/users", &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        ids.push(made.id());
    }
    let key = local.key(&admin, &["users:read", "users:write"]).await.1;
    let place: Arc<Place> = local.place();
    local.terminate();
    assert!(local.ended().success());
    let environment = match &outside {
        Outside::Issuer(issuer) => issuer.trusted(),
        Outside::Gateway(_) => vec![
            ("MUSTER_AUTH__MODE", "gateway".to_owned()),
            ("MUSTER_AUTH__GATEWAY_PEERS", "127.0.0.0/8".to_owned()),
            ("MUSTER_AUTH__GATEWAY_SECRET", SECRET.to_owned()),
        ],
    };
    let muster = Muster::start_with(Start {
        place: Some(place),
        environment,
    });
    House {
        key: muster.bearing(key.token()),
        boss: ids.remove(0),
        outside,
        muster,
    }
}

/// Somebody who calls.
#[derive(Clone, Copy)]
enum Who<'a> {
    Person(&'a str, &'a str),
    Key,
}

const ROOT: Who<'_> = Who::Person("root", "admin");
const BOSS: Who<'_> = Who::Person("boss", "admin");
const LEAD: Who<'_> = Who::Person("lead", "manager");

impl House {
    async fn ask(&self, who: Who<'_>, method: &str, path: &str, body: Option<Value>) -> Answer {
        let text = body.map_or_else(String::new, |body| body.to_string());
        let nobody = self.muster.anonymous();
        let request = match (who, &self.outside) {
            (Who::Key, _) => self.key.request(method, path),
            (Who::Person(subject, role), Outside::Issuer(issuer)) => {
                let token = issuer.token(subject, &[role], &json!({}));
                nobody.request(method, path).bearer_auth(token)
            }
            (Who::Person(subject, role), Outside::Gateway(gateway)) => {
                let mut call = Gateway::call(path, subject, role);
                call.method = method.into();
                call.body = digest(text.as_bytes());
                gateway.signed(nobody.request(method, path), &call, 0)
            }
        };
        let request = match text.is_empty() {
            true => request,
            false => request
                .header("Content-Type", "application/json")
                .body(text),
        };
        let request = request.header("If-Match", "*");
        nobody.send(request).await
    }

    async fn get(&self, who: Who<'_>, path: &str) -> Answer {
        self.ask(who, "GET", path, None).await
    }

    /// Everything that takes an account away or over.
    async fn attacks(&self, who: Who<'_>) -> Vec<(String, u16)> {
        let path = format!("/v1/users/{}", self.boss);
        let mut answers = Vec::new();
        for (method, path, body) in [
            ("POST", format!("{path}/suspend"), Some(json!({}))),
            (
                "PATCH",
                path.clone(),
                Some(json!({"email": "evil@example.org"})),
            ),
            (
                "PATCH",
                path.clone(),
                Some(json!({"external_subject": "evil"})),
            ),
            ("DELETE", path.clone(), None),
        ] {
            let said = format!("{method} {path} {body:?}");
            answers.push((said, self.ask(who, method, &path, body).await.status));
        }
        answers
    }
}

async fn an_admin_by_word_of_others_is_an_admin_for_others(outside: Outside) {
    let house = house(outside).await;
    assert_eq!(house.get(BOSS, "/v1/me").await.status, 200);
    for who in [LEAD, Who::Key] {
        for (attack, status) in house.attacks(who).await {
            assert_eq!(status, 403, "{attack}");
        }
    }
    let me = house.get(BOSS, "/v1/me").await;
    assert_eq!(me.json()["role"], "admin", "{me:?}");
    // Filters and the trail see the same role.
    let admins = house.get(ROOT, "/v1/users?role=admin").await;
    assert!(admins.ids().contains(&house.boss), "{admins:?}");
    let trail = house
        .get(ROOT, &format!("/v1/users/{}/audit", house.boss))
        .await;
    let newest = &trail.json()["items"][0];
    assert_eq!(newest["action"], "user.changed", "{newest}");
    assert_eq!(newest["by"], "system", "{newest}");
    // Whom the others call a member by now is one.
    let me = house.get(Who::Person("boss", "member"), "/v1/me").await;
    assert_eq!(me.json()["role"], "member", "{me:?}");
    let suspend = format!("/v1/users/{}/suspend", house.boss);
    let suspended = house.ask(LEAD, "POST", &suspend, Some(json!({}))).await;
    assert_eq!(suspended.status, 200, "{suspended:?}");
    let out = house.get(BOSS, "/v1/me").await;
    assert_eq!((out.status, out.code().as_str()), (401, "unauthenticated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_by_an_issuers_claim_is_an_admin_for_others() {
    let issuer = Issuer::start().await;
    an_admin_by_word_of_others_is_an_admin_for_others(Outside::Issuer(issuer)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_by_a_gateways_word_is_an_admin_for_others() {
    an_admin_by_word_of_others_is_an_admin_for_others(Outside::Gateway(Gateway::new())).await;
}
