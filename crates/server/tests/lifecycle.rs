//! How the process starts, answers probes, stops, and refuses to start.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use std::time::Duration;
use support::pictures::numbered_jpeg;
use support::{Muster, Place, Start, command};

#[tokio::test]
async fn probes_metrics_and_the_front_page_answer() {
    let (muster, admin) = Muster::set_up().await;
    for path in [
        "/health/live",
        "/healthz",
        "/health/ready",
        "/readyz",
        "/health",
    ] {
        assert_eq!(muster.anonymous().get(path).await.status, 200, "{path}");
    }
    let management = support::Client::new(&muster.management, None);
    let detailed = management.get("/health/detailed").await.json();
    assert_eq!(detailed["status"], "healthy", "{detailed}");
    assert_eq!(
        detailed["components"]["database"]["status"], "healthy",
        "{detailed}"
    );
    assert_eq!(admin.get("/v1/me").await.status, 200);
    let metrics = String::from_utf8(management.get("/metrics").await.body).unwrap();
    for name in [
        "http_requests_total",
        "http_request_duration_seconds",
        "leaderboard_updates_total",
        "websocket_connections_active",
        "cache_hits_total",
        "cache_misses_total",
        "db_connections_active",
        "panics_total",
    ] {
        assert!(metrics.contains(name), "{name} in\n{metrics}");
    }
    assert!(metrics.contains("route=\"/v1/me\""), "{metrics}");
    let page = muster.anonymous().get("/").await;
    assert!(
        page.status == 200 && String::from_utf8_lossy(&page.body).contains("/swagger-ui/"),
        "{page:?}"
    );
    assert_eq!(muster.anonymous().get("/swagger-ui/").await.status, 200);
    let document = muster
        .anonymous()
        .get("/api-docs/openapi.json")
        .await
        .json();
    assert_eq!(
        document["openapi"]
            .as_str()
            .unwrap()
            .split('.')
            .take(2)
            .collect::<Vec<_>>(),
        ["3", "1"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_requests_in_flight_finish_and_ends_with_0() {
    let (mut muster, admin) = Muster::set_up().await;
    let (slow, me) = (admin.clone(), admin.get("/v1/me").await.id());
    let chunks = futures::stream::unfold(numbered_jpeg(3), |mut left| async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let rest = left.split_off(left.len().min(200));
        (!left.is_empty()).then_some((Ok::<_, std::io::Error>(left), rest))
    });
    let path = format!("/v1/users/{me}/images");
    let upload = tokio::spawn(async move {
        let body = reqwest::Body::wrap_stream(chunks);
        slow.try_send(
            slow.request("POST", &path)
                .header("Content-Type", "image/jpeg")
                .body(body),
        )
        .await
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    muster.terminate();
    assert_eq!(upload.await.unwrap().unwrap().status, 201);
    assert_eq!(muster.ended().code(), Some(0), "{}", muster.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draining_process_is_not_ready_and_serves_on_for_a_while() {
    let mut muster = Muster::start_with(Start {
        environment: vec![("MUSTER_DRAIN__DELAY", "1s".to_owned())],
        ..Start::default()
    });
    let client = muster.anonymous();
    assert_eq!(client.get("/readyz").await.status, 200);
    muster.terminate();
    support::eventually("not ready", || async {
        client.get("/readyz").await.status == 503
    })
    .await;
    assert_eq!(client.get("/health/live").await.status, 200);
    assert_eq!(muster.ended().code(), Some(0));
}

#[test]
fn a_second_process_on_the_same_folder_ends_with_69_and_says_why() {
    let muster = Muster::start();
    let second = command(muster.place().path())
        .arg("serve")
        .env("MUSTER_HTTP__LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(69));
    assert!(
        String::from_utf8_lossy(&second.stderr).contains("held by a running muster"),
        "{second:?}"
    );
    let seed = command(muster.place().path())
        .args(["seed", "--users", "2"])
        .output()
        .unwrap();
    assert_eq!(seed.status.code(), Some(69));
}

#[test]
fn wrong_settings_end_with_64_and_are_all_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = command(folder.path())
        .arg("serve")
        .env("MUSTER_HTTP__LISTEN", "nowhere")
        .env("MUSTER_COLOUR", "red")
        .env("MUSTER_DATABASE_URL", "mysql://x")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(64), "{told}");
    for name in [
        "MUSTER_HTTP__LISTEN",
        "MUSTER_COLOUR",
        "MUSTER_DATABASE_URL",
    ] {
        assert!(told.contains(name), "{told}");
    }
    assert!(
        !folder.path().join("data").exists(),
        "nothing is touched before the settings are good"
    );
    assert_eq!(
        command(folder.path())
            .arg("dance")
            .output()
            .unwrap()
            .status
            .code(),
        Some(64)
    );
}

#[test]
fn settings_are_printed_with_their_origin() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(
        folder.path().join("config/base.toml"),
        "[log]\nfilter = \"debug\"\n",
    )
    .unwrap();
    let output = command(folder.path())
        .args(["config", "print", "--set", "http.hsts=true"])
        .env("MUSTER_HTTP__XSS_PROTECTION", "1; mode=block")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    for (key, origin) in [
        ("log.filter", "base.toml"),
        ("http.hsts", "--http.hsts"),
        ("http.xss_protection", "MUSTER_HTTP__XSS_PROTECTION"),
        ("http.listen", "default"),
    ] {
        assert!(
            printed
                .lines()
                .any(|line| line.starts_with(key) && line.contains(origin)),
            "{key} from {origin} in\n{printed}"
        );
    }
    assert_eq!(
        command(folder.path())
            .args(["config", "check"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(0)
    );
}

#[tokio::test]
async fn healthcheck_says_whether_the_service_is_ready() {
    let muster = Muster::start();
    let check = |listen: &str| {
        command(muster.place().path())
            .arg("healthcheck")
            .env("MUSTER_HTTP__LISTEN", listen)
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(check(muster.address()), Some(0));
    assert_eq!(check("127.0.0.1:1"), Some(69));
}

#[test]
fn migrations_go_up_and_down_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let migrate = |direction: &str| {
        let output = command(folder.path())
            .args(["migrate", direction])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    std::fs::create_dir(folder.path().join("data")).unwrap();
    assert!(migrate("status").contains("pending"));
    assert!(!migrate("up").is_empty());
    assert!(!migrate("status").contains("pending"));
    assert!(!migrate("down").is_empty());
    assert!(migrate("status").contains("pending"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_people_and_photos_and_the_demo_admin_can_sign_in() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let place = std::sync::Arc::new(Place::new());
        let output = command(place.path())
            .envs(place.environment())
            .args(["seed", "--users", "6", "--seed", "7"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            told.contains("admin@demo.example") && told.contains("muster-demo-password"),
            "{told}"
        );
        let muster = Muster::start_with(Start {
            place: Some(place),
            ..Start::default()
        });
        let login = muster
            .anonymous()
            .post(
                "/v1/auth/login",
                &json!({"email": "admin@demo.example", "password": "muster-demo-password"}),
            )
            .await;
        let admin = muster.bearing(login.json()["access_token"].as_str().unwrap());
        let mut everything = vec![admin.get("/v1/users").await.body];
        for user in admin.get("/v1/users").await.json()["items"]
            .as_array()
            .unwrap()
        {
            let images = admin
                .get(&format!(
                    "/v1/users/{}/images",
                    user["id"].as_str().unwrap()
                ))
                .await;
            assert_eq!(images.json()["items"].as_array().unwrap().len(), 1);
            everything.push(images.body);
        }
        assert_eq!(everything.len(), 7);
        let again = command(muster.place().path())
            .args(["seed"])
            .output()
            .unwrap();
        assert_eq!(
            again.status.code(),
            Some(69),
            "a running server holds the folder"
        );
        seen.push(everything);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_admin_who_forgot_their_password_gets_a_link_at_the_console() {
    let (mut muster, _admin) = Muster::set_up().await;
    muster.terminate();
    muster.ended();
    let create = |email: &str| {
        command(muster.place().path())
            .args(["admin", "create", "--email", email])
            .output()
            .unwrap()
    };
    let output = create("admin@example.org");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(create("nobody@example.org").status.code(), Some(64));
    let link = String::from_utf8(output.stdout).unwrap();
    let code = link.trim().split_once("#code=").unwrap().1;
    let muster = Muster::start_with(Start {
        place: Some(muster.place()),
        ..Start::default()
    });
    let redeemed = muster
        .anonymous()
        .post(
            "/v1/auth/invitation",
            &json!({"code": code, "password": "another quiet harbour"}),
        )
        .await;
    assert_eq!(redeemed.status, 200, "{redeemed:?}");
}

#[tokio::test]
async fn nothing_personal_stands_in_the_log_or_the_metrics() {
    let (muster, admin) = Muster::set_up().await;
    let marked = json!({"given_name": "Canarygiven", "family_name": "Canaryfamily", "email": "canarymail@example.org", "phone": "555 0199 555", "address": "Canarystreet 1"});
    let made = admin.post("/v1/users", &marked).await;
    assert_eq!(made.status, 201);
    assert_eq!(admin.post("/v1/users", &marked).await.code(), "email_taken");
    admin.get("/v1/users?query=canarymail").await;
    let wrong = json!({"email": "canarymail@example.org", "password": "canary password"});
    muster.anonymous().post("/v1/auth/login", &wrong).await;
    muster
        .bearing("canarytoken.canarytoken.canarytoken")
        .get("/v1/me")
        .await;
    let metrics = muster.anonymous().get("/metrics").await;
    let written =
        format!("{}{}", muster.log(), String::from_utf8_lossy(&metrics.body)).to_lowercase();
    assert!(
        written.contains("/v1/users"),
        "the requests are logged:\n{written}"
    );
    for secret in [
        "canary",
        "0199 555",
        "ada admin",
        "admin@example.org",
        admin.token(),
        support::PASSWORD,
    ] {
        assert!(
            !written.contains(&secret.to_lowercase()),
            "{secret} stands in\n{written}"
        );
    }
}
