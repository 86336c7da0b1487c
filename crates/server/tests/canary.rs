//! A personal-data canary: everything that is personal or secret carries a mark, everything that can be done is done, right and
//! wrong, and then no log line, no metric and no error has the mark in it. The log is at its most talkative.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::sync::Mutex;
use support::pictures::numbered_jpeg;
use support::{Answer, Client, Muster, PASSWORD, Start};

const MARK: &str = "canary7391";

/// What was secret and is not marked by itself: tokens, codes, keys.
#[derive(Default)]
struct Cage {
    secrets: Mutex<Vec<String>>,
    errors: Mutex<Vec<String>>,
}

impl Cage {
    fn secret(&self, value: &Value) -> String {
        let secret = value.as_str().expect("is there").to_owned();
        self.secrets.lock().unwrap().push(secret.clone());
        secret
    }

    /// Remembers what an error says; its status must be this.
    fn refused(&self, answer: &Answer, status: u16) {
        assert_eq!(answer.status, status, "{answer:?}");
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        let headers = format!("{:?}", answer.headers);
        self.errors.lock().unwrap().extend([told, headers]);
    }
}

fn person(number: u32) -> Value {
    json!({
        "given_name": format!("Given {MARK}"),
        "family_name": format!("Family {MARK}"),
        "email": format!("{MARK}.{number}@example.org"),
        "phone": "+1 555 7391739",
        "address": format!("1 {MARK} Lane"),
        "external_subject": format!("subject|{MARK}|{number}"),
    })
}

async fn people(cage: &Cage, admin: &Client) -> String {
    let entered = admin.post("/v1/users", &person(1)).await;
    assert_eq!(entered.status, 201, "{entered:?}");
    let id = entered.id();
    let path = format!("/v1/users/{id}");
    cage.refused(&admin.post("/v1/users", &person(1)).await, 409);
    let items = json!({"items": [person(1), person(2), person(2)]});
    cage.refused(&admin.post("/v1/users/batch", &items).await, 409);
    let mut wrong = person(3);
    wrong["email"] = json!(format!("{MARK} is no email"));
    wrong["phone"] = json!(format!("{MARK} is no phone"));
    wrong["given_name"] = json!(format!("{MARK}\u{202e}"));
    cage.refused(&admin.post("/v1/users", &wrong).await, 422);
    wrong["role"] = json!(MARK);
    let malformed = format!("{{\"given_name\": \"{MARK}");
    cage.refused(
        &admin
            .body("POST", "/v1/users", "application/json", malformed)
            .await,
        400,
    );
    let patch = json!({"address": format!("2 {MARK} Lane")});
    assert_eq!(admin.patch(&path, "\"1\"", &patch).await.status, 200);
    cage.refused(&admin.patch(&path, "\"1\"", &patch).await, 412);
    for query in [MARK, "ca", "%F0%9F", &format!("{MARK}%20nobody")] {
        admin.get(&format!("/v1/users?query={query}")).await;
    }
    let found = admin
        .get(&format!("/v1/users?query={MARK}&page_size=1"))
        .await;
    assert_eq!(found.status, 200);
    cage.refused(
        &admin
            .get(&format!("/v1/users?query={MARK}&page_token={MARK}"))
            .await,
        400,
    );
    id
}

async fn signing_in(cage: &Cage, muster: &Muster, admin: &Client, id: &str) -> Client {
    let anybody = muster.anonymous();
    let invited = admin
        .act(&format!("/v1/users/{id}/invitation"))
        .await
        .json();
    let code = cage.secret(&invited["code"]);
    let password = format!("a {MARK} at dawn");
    let redeem = json!({"code": code, "password": password});
    let redeemed = anybody.post("/v1/auth/invitation", &redeem).await;
    assert_eq!(redeemed.status, 200, "{redeemed:?}");
    cage.secret(&redeemed.json()["access_token"]);
    cage.refused(&anybody.post("/v1/auth/invitation", &redeem).await, 422);
    let email = format!("{MARK}.1@example.org");
    for guess in [format!("wrong {MARK}"), format!("{MARK} wrong")] {
        let body = json!({"email": email, "password": guess});
        cage.refused(&anybody.post("/v1/auth/login", &body).await, 401);
    }
    let body = json!({"email": email, "password": password});
    let tokens = anybody.post("/v1/auth/login", &body).await.json();
    let (access, refresh) = (
        cage.secret(&tokens["access_token"]),
        cage.secret(&tokens["refresh_token"]),
    );
    let member = muster.bearing(&access);
    cage.refused(&member.get("/v1/users").await, 403);
    let refreshed = anybody
        .post("/v1/auth/refresh", &json!({"refresh_token": refresh}))
        .await;
    cage.secret(&refreshed.json()["refresh_token"]);
    let forged = format!("mr_{MARK}");
    cage.refused(
        &anybody
            .post("/v1/auth/refresh", &json!({"refresh_token": forged}))
            .await,
        401,
    );
    cage.refused(
        &muster.bearing(&format!("{access}x")).get("/v1/me").await,
        401,
    );
    cage.refused(
        &muster.bearing(&format!("mk_{MARK}")).get("/v1/me").await,
        401,
    );
    let change =
        json!({"current_password": format!("not {MARK} at all"), "new_password": password});
    cage.refused(&member.post("/v1/auth/password", &change).await, 401);
    let short = json!({"current_password": password, "new_password": "canary7391"});
    cage.refused(&member.post("/v1/auth/password", &short).await, 422);
    member
}

async fn photos_and_the_rest(
    cage: &Cage,
    muster: &Muster,
    admin: &Client,
    member: &Client,
    id: &str,
) {
    let uploaded = member.upload("me", "image/jpeg", numbered_jpeg(7)).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"{MARK}.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nno {MARK}\r\n--b--\r\n"
    );
    let path = format!("/v1/users/{id}/images");
    cage.refused(
        &member
            .body("POST", &path, "multipart/form-data; boundary=b", form)
            .await,
        422,
    );
    let (_, key) = muster.key(admin, &["users:read"]).await;
    cage.secret(&json!(key.token()));
    assert_eq!(key.get("/v1/users").await.status, 200);
    cage.refused(&key.get("/v1/me").await, 403);
    let from = member
        .request("GET", "/v1/me")
        .header("X-Forwarded-For", "192.0.2.73");
    assert_eq!(member.send(from).await.status, 200);
    let agent = member
        .request("GET", "/v1/me")
        .header("User-Agent", format!("{MARK}/1"));
    assert_eq!(member.send(agent).await.status, 200);
    cage.refused(&muster.anonymous().get(&format!("/v1/{MARK}/x")).await, 404);
    let export = admin.get(&format!("/v1/users/{id}/export")).await;
    assert!(
        String::from_utf8_lossy(&export.body).contains(MARK),
        "is there to be found"
    );
    assert_eq!(
        admin.act(&format!("/v1/users/{id}/erase")).await.status,
        202
    );
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_and_no_secret_gets_into_logs_metrics_or_errors() {
    for format in ["json", "terminal"] {
        let muster = Muster::start_with(Start {
            environment: vec![
                ("MUSTER_LOG__FILTER", "trace".to_owned()),
                ("MUSTER_LOG__FORMAT", format.to_owned()),
            ],
            ..Start::default()
        });
        let cage = Cage::default();
        let admin = muster.first_admin().await;
        cage.secret(&json!(admin.token()));
        let id = people(&cage, &admin).await;
        let member = signing_in(&cage, &muster, &admin, &id).await;
        photos_and_the_rest(&cage, &muster, &admin, &member, &id).await;
        let (log, metrics) = (muster.log(), muster.metrics().await);
        assert!(log.lines().count() > 100, "the log is talkative");
        let errors = cage.errors.lock().unwrap().join("\n");
        let mut sought = cage.secrets.lock().unwrap().clone();
        sought
            .extend([MARK, PASSWORD, "5557391739", "555 7391739", "192.0.2.73"].map(str::to_owned));
        for (place, text) in [
            ("the log", &log),
            ("metrics", &metrics),
            ("an error", &errors),
        ] {
            for secret in &sought {
                let line = text.lines().find(|line| line.contains(secret.as_str()));
                assert_eq!(line, None, "{secret} is in {place}");
            }
        }
    }
}
