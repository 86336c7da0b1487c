//! How often somebody may ask, and how often somebody may be wrong, with the real binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Answer, Client, Muster, PASSWORD, Part, Place, Start, eventually};
use testkit::proxy::Trouble;

const EMAIL: &str = "admin@example.org";

fn limits(requests: u32, burst: u32) -> Vec<(&'static str, String)> {
    vec![
        ("MUSTER_LIMITS__REQUESTS", requests.to_string()),
        ("MUSTER_LIMITS__BURST", burst.to_string()),
    ]
}

fn limited(place: Place, requests: u32, burst: u32) -> Start {
    Start {
        place: Some(Arc::new(place)),
        environment: limits(requests, burst),
    }
}

/// Asks as fast as it can for a while, from several tasks; answers how many were let through and how long it really took,
/// from the first question to the last answer.
async fn hammer(clients: &[Client], lasting: Duration) -> (u32, Duration) {
    let began = Instant::now();
    let tasks = clients.iter().cycle().take(8).map(|client| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut through = 0_u32;
            while began.elapsed() < lasting {
                let answer = client.get("/v1/me").await;
                match answer.status {
                    200 => through += 1,
                    429 => assert!(!answer.header("retry-after").is_empty(), "{answer:?}"),
                    _ => panic!("{answer:?}"),
                }
            }
            through
        })
    });
    let counted = futures::future::join_all(tasks).await;
    let through = counted.into_iter().map(Result::unwrap).sum();
    (through, began.elapsed())
}

/// Within 1 %, and what falls in while the first and the last request are on their way.
fn exact(through: u32, took: Duration, requests: u32, burst: u32) {
    let expected = f64::from(burst) + f64::from(requests) * took.as_secs_f64();
    let (least, most) = (expected * 0.99 - 3.0, expected * 1.01 + 1.0);
    let through = f64::from(through);
    assert!(
        (least..=most).contains(&through),
        "{through} of {expected:.1} were let through in {took:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_what_they_may_have_and_no_more() {
    let muster = Muster::start_with(limited(Place::new(), 40, 30));
    let admin = muster.first_admin().await;
    // Whatever setting up took has fallen in again.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (through, took) = hammer(std::slice::from_ref(&admin), Duration::from_secs(4)).await;
    exact(through, took, 40, 30);
    // Somebody else has all of theirs.
    let stranger = muster.anonymous().get("/v1/errors").await;
    assert_eq!(stranger.status, 200);
    assert_eq!(stranger.header("ratelimit-policy"), "\"default\";q=30;w=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_one_limit_and_each_has_its_share_while_redis_is_lost() {
    let mut place = Place::production();
    let start = || {
        let starting = Muster::starting_on(&place, limits(40, 30));
        starting.listening(Duration::from_secs(20))
    };
    let one = start();
    let admin = one.first_admin().await;
    let other = start();
    let both = [one.bearing(admin.token()), other.bearing(admin.token())];
    // Both have said that they live.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (through, took) = hammer(&both, Duration::from_secs(4)).await;
    exact(through, took, 40, 30);

    place.parts_mut().trouble(Part::Redis, Trouble::Refuse);
    for client in &both {
        eventually("counts for its share", || async {
            client.get("/v1/me").await.header("ratelimit-policy") == "\"default\";q=15;w=1"
        })
        .await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    for client in &both {
        let (through, took) = hammer(std::slice::from_ref(client), Duration::from_secs(3)).await;
        exact(through, took, 20, 15);
    }

    place.parts_mut().trouble(Part::Redis, Trouble::None);
    eventually("counts together again", || async {
        both[0].get("/v1/me").await.header("ratelimit-policy") == "\"default\";q=30;w=1"
    })
    .await;
}

async fn from(client: &Client, heard: &str) -> Answer {
    let request = client.request("GET", "/v1/errors");
    client.send(request.header("X-Forwarded-For", heard)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_of_its_address_counts_only_from_a_trusted_proxy() {
    // One request, and the next in a minute or so.
    let strict = |trusted: &str| {
        let mut start = limited(Place::embedded(), 1, 1);
        let environment = &mut start.environment;
        environment.push(("MUSTER_HTTP__TRUSTED_PROXIES", trusted.to_owned()));
        start
    };
    let muster = Muster::start_with(strict(""));
    let anybody = muster.anonymous();
    assert_eq!(from(&anybody, "192.0.2.1").await.status, 200);
    assert_eq!(from(&anybody, "192.0.2.2").await.code(), "rate_limited");

    let muster = Muster::start_with(strict("127.0.0.0/8"));
    let proxy = muster.anonymous();
    assert_eq!(from(&proxy, "192.0.2.1").await.status, 200);
    assert_eq!(from(&proxy, "192.0.2.2").await.status, 200);
    // The rightmost is what the proxy heard; what stands before it the client wrote.
    assert_eq!(
        from(&proxy, "10.9.8.7, 192.0.2.2").await.code(),
        "rate_limited"
    );
    // An IPv6 network of 64 bits is one source.
    assert_eq!(from(&proxy, "2001:db8:0:1::1").await.status, 200);
    assert_eq!(
        from(&proxy, "2001:db8:0:1:ffff::2").await.code(),
        "rate_limited"
    );
    assert_eq!(from(&proxy, "2001:db8:0:2::1").await.status, 200);
}

async fn login(client: &Client, heard: &str, email: &str, password: &str) -> Answer {
    let request = client.request("POST", "/v1/auth/login");
    let body = json!({"email": email, "password": password});
    let request = request.header("X-Forwarded-For", heard).json(&body);
    client.send(request).await
}

async fn behind_a_proxy() -> (Muster, Client) {
    let muster = Muster::start_with(Start {
        environment: vec![("MUSTER_HTTP__TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        ..Start::default()
    });
    let admin = muster.first_admin().await;
    (muster, admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_an_account_has_to_wait_and_its_owners_devices_do_not() {
    let (muster, device) = behind_a_proxy().await;
    let anybody = muster.anonymous();
    let refresh = login(&anybody, "192.0.2.100", EMAIL, PASSWORD).await.json();
    for (account, expected) in [
        (EMAIL, "rate_limited"),
        ("nobody@example.org", "rate_limited"),
    ] {
        for guess in 0..5 {
            let heard = format!("192.0.2.{guess}");
            let answer = login(&anybody, &heard, account, "a wrong guess of mine").await;
            assert_eq!(answer.code(), "invalid_credentials", "{account}");
        }
        // The right one too, from wherever: whoever guesses learns nothing more.
        let answer = login(&anybody, "192.0.2.9", account, PASSWORD).await;
        assert_eq!(answer.code(), expected, "{account}");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((50..=60).contains(&wait), "{wait}");
    }
    // Another spelling is the same account.
    let answer = login(&anybody, "192.0.2.9", "Admin@Example.ORG", PASSWORD).await;
    assert_eq!(answer.code(), "rate_limited");
    // Nothing of it reaches who is signed in.
    assert_eq!(device.get("/v1/me").await.status, 200);
    let body = json!({"refresh_token": refresh["refresh_token"]});
    assert_eq!(anybody.post("/v1/auth/refresh", &body).await.status, 200);
    let body = json!({"current_password": PASSWORD, "new_password": "another harbour at dusk"});
    assert_eq!(device.post("/v1/auth/password", &body).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_many_accounts_has_to_wait_too_and_others_do_not() {
    let (muster, _) = behind_a_proxy().await;
    let anybody = muster.anonymous();
    for guess in 0..10 {
        let account = format!("somebody-{guess}@example.org");
        let answer = login(&anybody, "192.0.2.1", &account, "a wrong guess of mine").await;
        assert_eq!(answer.code(), "invalid_credentials");
    }
    let answer = login(&anybody, "192.0.2.1", EMAIL, PASSWORD).await;
    assert_eq!(answer.code(), "rate_limited");
    assert_eq!(
        login(&anybody, "192.0.2.2", EMAIL, PASSWORD).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_device_guesses_its_owners_password_five_times() {
    let (_muster, device) = behind_a_proxy().await;
    let guess = json!({"current_password": "a wrong guess of mine", "new_password": "another harbour at dusk"});
    for _ in 0..5 {
        let answer = device.post("/v1/auth/password", &guess).await;
        assert_eq!(answer.code(), "invalid_credentials");
    }
    let right = json!({"current_password": PASSWORD, "new_password": "another harbour at dusk"});
    let answer = device.post("/v1/auth/password", &right).await;
    assert_eq!(answer.code(), "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_guesses_at_once_are_five() {
    let (muster, _) = behind_a_proxy().await;
    let anybody = muster.anonymous();
    let guesses = (0..50).map(|guess| {
        let anybody = anybody.clone();
        async move {
            let heard = format!("192.0.2.{guess}");
            let answer = login(&anybody, &heard, EMAIL, "a wrong guess of mine").await;
            answer.code()
        }
    });
    let codes = futures::future::join_all(guesses).await;
    let tried = codes.iter().filter(|code| *code == "invalid_credentials");
    assert_eq!(tried.count(), 5, "{codes:?}");
}

/// The answers to these guesses at the same moment, each from its source at its account, and how many were looked at.
async fn guessed_at_once(guesses: Vec<(Client, String, String)>) -> (usize, Vec<Answer>) {
    let guesses = guesses
        .into_iter()
        .map(|(client, heard, account)| async move {
            login(&client, &heard, &account, "a wrong guess of mine").await
        });
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401);
    (looked_at.count(), answers)
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_accounts_guessed_at_once_from_one_source_are_ten() {
    let (muster, _) = behind_a_proxy().await;
    let guess = |n| {
        let account = format!("somebody-{n}@example.org");
        (muster.anonymous(), "192.0.2.1".to_owned(), account)
    };
    let (looked_at, answers) = guessed_at_once((0..40).map(guess).collect()).await;
    assert_eq!(looked_at, 10, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_two_processes_are_counted_together() {
    let place = Place::production();
    let proxied = || vec![("MUSTER_HTTP__TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    let start = || Muster::starting_on(&place, proxied()).listening(Duration::from_secs(20));
    let one = start();
    let _admin = one.first_admin().await;
    let other = start();
    let at = |n: usize| {
        if n.is_multiple_of(2) {
            one.anonymous()
        } else {
            other.anonymous()
        }
    };
    let from_one_source = |n| {
        let account = format!("somebody-{n}@example.org");
        (at(n), "192.0.2.1".to_owned(), account)
    };
    let (looked_at, answers) = guessed_at_once((0..40).map(from_one_source).collect()).await;
    assert_eq!(looked_at, 10, "{answers:?}");
    let at_one_account = |n| (at(n), format!("198.51.100.{n}"), EMAIL.to_owned());
    let (looked_at, answers) = guessed_at_once((0..50).map(at_one_account).collect()).await;
    assert_eq!(looked_at, 5, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_right_passwords_at_once_lock_nobody_out() {
    let (muster, _) = behind_a_proxy().await;
    let anybody = muster.anonymous();
    let signing_in = (0..20).map(|n| {
        let (anybody, heard) = (anybody.clone(), format!("192.0.2.{n}"));
        async move {
            // Some find no place at first. None of them waits for longer than everybody needs.
            for _ in 0..20 {
                let answer = login(&anybody, &heard, EMAIL, PASSWORD).await;
                if answer.status == 200 {
                    return;
                }
                assert_eq!(answer.code(), "rate_limited");
                let wait: u64 = answer.header("retry-after").parse().unwrap();
                assert!(wait <= 2, "told to wait for {wait} s");
                tokio::time::sleep(Duration::from_secs(wait)).await;
            }
            panic!("never found a place");
        }
    });
    futures::future::join_all(signing_in).await;
}

/// Five wrong passwords from as many sources, and then the door is shut for the right one.
async fn shut(anybody: &Client, email: &str, password: &str) {
    for guess in 0..5 {
        let heard = format!("203.0.113.{guess}");
        let answer = login(anybody, &heard, email, "a wrong guess of mine").await;
        assert_eq!(answer.code(), "invalid_credentials");
    }
    let answer = login(anybody, "192.0.2.9", email, password).await;
    assert_eq!(answer.code(), "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_forgets_the_guesses_at_the_old_one() {
    const BOB: &str = "bob@example.org";
    let (muster, admin) = behind_a_proxy().await;
    let (id, _) = muster.person(&admin, "member", BOB).await;
    let anybody = muster.anonymous();
    shut(&anybody, BOB, PASSWORD).await;
    let path = format!("/v1/users/{id}/invitation");
    let invitation = admin.post(&path, &json!({})).await.json();
    let body = json!({"code": invitation["code"], "password": "another harbour at dusk"});
    let invited = anybody.post("/v1/auth/invitation", &body).await;
    assert_eq!(invited.status, 200, "{invited:?}");
    let answer = login(&anybody, "192.0.2.9", BOB, "another harbour at dusk").await;
    assert_eq!(answer.status, 200, "{answer:?}");

    shut(&anybody, EMAIL, PASSWORD).await;
    let body = json!({"current_password": PASSWORD, "new_password": "another harbour at dusk"});
    assert_eq!(admin.post("/v1/auth/password", &body).await.status, 204);
    let answer = login(&anybody, "192.0.2.9", EMAIL, "another harbour at dusk").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// 200 tries with 50 accounts that there are and as many with 50 that there are not, in turn, each from a source of its own.
/// Whoever measures learns nothing: the medians are reported and must be within a tenth of each other.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_email_costs_the_same_time_as_a_known_one() {
    const TRIES: usize = 200;
    const ACCOUNTS: usize = 50;
    let (muster, admin) = behind_a_proxy().await;
    for n in 0..ACCOUNTS {
        let email = format!("known-{n}@example.org");
        muster.person(&admin, "member", &email).await;
    }
    let anybody = muster.anonymous();
    let mut took = [Vec::new(), Vec::new()];
    for n in 0..TRIES {
        for (which, name) in ["known", "nobody"].into_iter().enumerate() {
            let heard = format!("2001:db8:{which}:{n:x}::1");
            let email = format!("{name}-{}@example.org", n % ACCOUNTS);
            let began = Instant::now();
            let answer = login(&anybody, &heard, &email, "a wrong guess of mine").await;
            took[which].push(began.elapsed());
            assert_eq!(answer.code(), "invalid_credentials");
        }
    }
    let [known, unknown] = took.map(median);
    println!("median of {TRIES}: {known:?} for a known email, {unknown:?} for an unknown one");
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.9..=1.1).contains(&ratio), "{known:?} and {unknown:?}");
}
