//! The two ways in which somebody else signs people in, with the real binary: an issuer that publishes its keys, which is another
//! Muster here, and a gateway that signs requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use ports::accounts::GatewayCall;
use serde_json::json;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use support::gateway::{Gateway, SECRET, digest};
use support::{Answer, Client, Muster, PASSWORD, Place, Start, command, eventually};

/// An empty installation with a first admin, who is known to others by this name; then stopped.
async fn directory(name: &str) -> Arc<Place> {
    let mut muster = Muster::start();
    let admin = muster.first_admin().await;
    let me = admin.get("/v1/me").await;
    let known = json!({"external_subject": name});
    let path = format!("/v1/users/{}", me.id());
    let patched = admin.patch(&path, me.header("etag"), &known).await;
    assert_eq!(patched.status, 200, "{patched:?}");
    let place = muster.place();
    muster.terminate();
    assert!(muster.ended().success());
    place
}

fn in_mode(place: &Arc<Place>, mode: &str, told: &[(&'static str, &str)]) -> Muster {
    let mut environment = vec![("MUSTER_AUTH__MODE", mode.to_owned())];
    environment.extend(
        told.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    Muster::start_with(Start {
        place: Some(Arc::clone(place)),
        environment,
    })
}

/// Another Muster as the issuer, with one person in it; their id there is their name here.
struct Issuer {
    muster: Muster,
    person: Client,
    id: String,
}

impl Issuer {
    async fn start() -> Self {
        let muster = Muster::start_with(Start {
            place: Some(Arc::new(Place::embedded())),
            ..Start::default()
        });
        let person = muster.first_admin().await;
        let id = person.get("/v1/me").await.id();
        Self { muster, person, id }
    }

    fn trusted_by(&self, place: &Arc<Place>) -> Muster {
        let keys = format!("{}/.well-known/jwks.json", self.muster.base);
        let told = [
            ("MUSTER_AUTH__ISSUER", "muster"),
            ("MUSTER_AUTH__AUDIENCE", "muster"),
            ("MUSTER_AUTH__JWKS_URL", keys.as_str()),
            ("MUSTER_AUTH__ALGORITHMS", "EdDSA"),
        ];
        in_mode(place, "jwks", &told)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuers_token_stands_for_whom_the_directory_knows_by_that_name() {
    let mut issuer = Issuer::start().await;
    let place = directory(&issuer.id).await;
    let muster = issuer.trusted_by(&place);
    let admin = muster.bearing(issuer.person.token());
    let me = admin.get("/v1/me").await;
    assert_eq!(me.status, 200, "{me:?}");
    assert_eq!(me.json()["external_subject"], issuer.id.as_str());
    // A good token of somebody whom nobody knows, and tokens that are none.
    let stranger = issuer
        .muster
        .person(&issuer.person, "member", "b@a.org")
        .await
        .1;
    let stranger = muster.bearing(stranger.token()).get("/v1/me").await;
    assert_eq!(
        (stranger.status, stranger.code().as_str()),
        (403, "user_unknown")
    );
    let token = issuer.person.token();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let none = format!("eyJhbGciOiJub25lIn0.{}.", signed.split_once('.').unwrap().1);
    for wrong in [
        format!("{signed}.{}", "A".repeat(signature.len())),
        none,
        "x".into(),
    ] {
        let answer = muster.bearing(&wrong).get("/v1/me").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "unauthenticated")
        );
    }
    // Nobody signs in here.
    let login = json!({"email": "admin@example.org", "password": PASSWORD});
    for (path, body) in [
        ("/v1/auth/login", login),
        ("/v1/auth/refresh", json!({"refresh_token": "mr_x"})),
    ] {
        let answer = muster.anonymous().post(path, &body).await;
        assert_eq!(answer.code(), "not_found", "{path}");
    }
    // A machine key works in every mode.
    let key = muster.key(&admin, &["users:read"]).await.1;
    assert_eq!(key.get("/v1/users").await.status, 200);
    // The issuer may be away: its keys are known.
    issuer.muster.kill_9();
    assert_eq!(admin.get("/v1/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_knows_the_issuers_keys_a_token_is_kept_and_not_thrown_away() {
    let mut issuer = Issuer::start().await;
    let place = directory(&issuer.id).await;
    issuer.muster.kill_9();
    let muster = issuer.trusted_by(&place);
    let answer = muster.bearing(issuer.person.token()).get("/v1/me").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (503, "auth_keys_unavailable")
    );
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(muster.anonymous().get("/readyz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_here_is_out_whatever_the_issuer_says() {
    let issuer = Issuer::start().await;
    let place = directory(&issuer.id).await;
    let muster = issuer.trusted_by(&place);
    let admin = muster.bearing(issuer.person.token());
    let other = issuer
        .muster
        .person(&issuer.person, "member", "b@a.org")
        .await;
    let body = json!({"given_name": "B", "family_name": "C", "email": "b@a.org", "external_subject": other.0});
    let id = admin.post("/v1/users", &body).await.id();
    let member = muster.bearing(other.1.token());
    assert_eq!(member.get("/v1/me").await.status, 200);
    assert_eq!(
        admin.act(&format!("/v1/users/{id}/suspend")).await.status,
        200
    );
    assert_eq!(member.get("/v1/me").await.status, 401);
}

async fn behind(peers: &str) -> Muster {
    let place = directory("ada").await;
    let told = [
        ("MUSTER_AUTH__GATEWAY_PEERS", peers),
        ("MUSTER_AUTH__GATEWAY_SECRET", SECRET),
    ];
    in_mode(&place, "gateway", &told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_believed_for_what_it_signed_and_for_a_minute() {
    let muster = behind("127.0.0.0/8").await;
    let (gateway, client) = (Gateway::new(), muster.anonymous());
    let call = Gateway::call("/v1/me", "ada", "");
    let me = gateway.get(&client, &call, 0).await;
    assert_eq!(
        (me.status, &me.json()["role"]),
        (200, &json!("admin")),
        "{me:?}"
    );
    // What the gateway says of roles counts for the request.
    let users = Gateway::call("/v1/users?page_size=1", "ada", "member");
    assert_eq!(gateway.get(&client, &users, 0).await.status, 403);
    for (ago, status) in [(50, 200), (-50, 200), (70, 401), (-70, 401)] {
        let answer = gateway.get(&client, &call, ago).await;
        assert_eq!(answer.status, status, "{ago} s ago");
        if status == 401 {
            assert_not_believed(&answer);
        }
    }
    let nobody = Gateway::call("/v1/me", "eve", "admin");
    assert_eq!(
        gateway.get(&client, &nobody, 0).await.code(),
        "user_unknown"
    );
    // Signed for another person, another address, by somebody else.
    let signature = gateway.sign(&call, 0);
    for (path, subject) in [("/v1/me", "bob"), ("/v1/users", "ada")] {
        let request = client
            .request("GET", path)
            .header("X-Muster-Subject", subject);
        let answer = client
            .send(request.header("X-Muster-Signature", &signature))
            .await;
        assert_not_believed(&answer);
    }
    let other = Gateway::with("another secret of somebody else!");
    assert_not_believed(&other.get(&client, &call, 0).await);
    // A bearer token is none here.
    let token = muster.bearing("eyJ.something.else").get("/v1/me").await;
    assert_eq!(token.code(), "unauthenticated");
}

/// It is said in the words of this mode, and not which part does not fit.
fn assert_not_believed(answer: &Answer) {
    assert_eq!(
        (answer.code().as_str(), answer.json()["detail"].as_str()),
        (
            "unauthenticated",
            Some("the gateway's signature is not valid")
        ),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_signing_in_are_only_where_people_sign_in() {
    let muster = behind("127.0.0.1").await;
    let local = Muster::start();
    for (path, status) in [
        ("/invitation", 404),
        ("/assets/invitation.js", 404),
        ("/", 200),
    ] {
        assert_eq!(local.anonymous().get(path).await.status, 200, "{path}");
        assert_eq!(muster.anonymous().get(path).await.status, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_two_readers_read_differently_are_refused() {
    let muster = behind("127.0.0.1").await;
    let (gateway, client) = (Gateway::new(), muster.anonymous());
    let call = Gateway::call("/v1/me", "ada", "");
    let signed = || {
        let signature = gateway.sign(&call, 0);
        let request = client.request("GET", "/v1/me");
        request.header("X-Muster-Signature", signature)
    };
    for (name, value) in [
        ("X-Muster-Subject", "bob"),
        ("x-muster-subject", "ada"),
        ("X_Muster_Subject", "bob"),
        ("X-Muster_Roles", "admin"),
        ("X-Muster-Signature", "t=1,v1=00"),
    ] {
        let request = signed()
            .header("X-Muster-Subject", "ada")
            .header(name, value);
        let answer = client.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "invalid_parameter"),
            "{name}"
        );
    }
    // Half of it is nothing.
    let answer = client.send(signed()).await;
    assert_eq!(answer.status, 400);
    let subject_alone = client
        .request("GET", "/v1/me")
        .header("X-Muster-Subject", "ada");
    assert_eq!(client.send(subject_alone).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_says_who_is_calling() {
    let muster = behind("192.0.2.0/24").await;
    let (gateway, client) = (Gateway::new(), muster.anonymous());
    let call = Gateway::call("/v1/me", "ada", "");
    let answer = gateway.get(&client, &call, 0).await;
    assert_eq!(answer.code(), "unauthenticated");
    // In every other mode these headers say nothing.
    let local = Muster::start();
    let answer = gateway.get(&local.anonymous(), &call, 0).await;
    assert_eq!(answer.code(), "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_part_of_what_is_signed() {
    let muster = behind("127.0.0.1").await;
    let (gateway, client) = (Gateway::new(), muster.anonymous());
    let body = r#"{"given_name":"B","family_name":"C","email":"b@a.org"}"#;
    let call = GatewayCall {
        method: "POST".into(),
        body: digest(body.as_bytes()),
        ..Gateway::call("/v1/users", "ada", "")
    };
    for (sent, status) in [
        (body.replace("b@a.org", "c@a.org"), 401),
        (body.to_owned(), 201),
    ] {
        let request = client
            .request("POST", "/v1/users")
            .header("Content-Type", "application/json")
            .header("X-Muster-Subject", "ada")
            .header("X-Muster-Signature", gateway.sign(&call, 0))
            .body(sent);
        let answer = client.send(request).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_key_and_the_gateways_word_do_not_go_together() {
    let muster = behind("127.0.0.1").await;
    let (gateway, client) = (Gateway::new(), muster.anonymous());
    let call = Gateway::call("/v1/me", "ada", "");
    let request = |token: &str| {
        let signature = gateway.sign(&call, 0);
        let request = client.request("GET", "/v1/me").bearer_auth(token);
        request
            .header("X-Muster-Subject", "ada")
            .header("X-Muster-Signature", signature)
    };
    let both = client.send(request("mk_something")).await;
    assert_eq!(both.status, 400, "{both:?}");
    for second in ["mk_something", "mk_other", "eyJ.something.else"] {
        for (first, second) in [("mk_something", second), (second, "mk_something")] {
            let doubled = request(first).header("Authorization", format!("bearer {second}"));
            let doubled = client.send(doubled).await;
            assert_eq!(doubled.status, 400, "{first} {second}: {doubled:?}");
        }
    }
    // What the gateway looked at itself is nothing to us.
    assert_eq!(client.send(request("eyJ.something.else")).await.status, 200);
}

#[test]
fn config_check_says_that_a_process_runs_one_mode() {
    let folder = tempfile::tempdir().unwrap();
    let output = command(folder.path())
        .args(["config", "check"])
        .env("MUSTER_AUTH__MODE", "jwks")
        .env("MUSTER_AUTH__GATEWAY_SECRET", SECRET)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(64), "{told}");
    assert!(
        told.contains("auth.gateway_secret") && told.contains("a process runs one"),
        "{told}"
    );
    assert!(told.contains("auth.issuer"), "{told}");
    assert!(!told.contains(SECRET), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_comes_back_is_asked_again() {
    let mut issuer = Issuer::start().await;
    let place = directory(&issuer.id).await;
    let (address, issuers) = (issuer.muster.address().to_owned(), issuer.muster.place());
    issuer.muster.kill_9();
    let muster = issuer.trusted_by(&place);
    let person = muster.bearing(issuer.person.token());
    assert_eq!(person.get("/v1/me").await.code(), "auth_keys_unavailable");
    let back = Muster::starting_on(&issuers, vec![("MUSTER_HTTP__LISTEN", address)]);
    let _back = back.listening(Duration::from_secs(20));
    eventually("the issuer's keys are there", || async {
        person.get("/v1/me").await.status == 200
    })
    .await;
}
