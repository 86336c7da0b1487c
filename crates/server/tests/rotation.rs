//! The keys that sign access tokens take turns while the server runs, and nobody notices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::process::Output;
use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::{Client, Muster, PASSWORD, Place, Start, command};

const MONTH_S: i64 = 30 * 24 * 60 * 60;
/// Longer than what a retired key has signed is good.
const OVER_S: i64 = 21 * 60;

/// A server that looks often which keys there are.
fn start_on(place: &Arc<Place>) -> Muster {
    start_looking_every(place, Duration::from_millis(100))
}

fn start_looking_every(place: &Arc<Place>, time: Duration) -> Muster {
    let every = time.as_millis().to_string();
    Muster::start_with(Start {
        place: Some(Arc::clone(place)),
        environment: vec![("SIGNING_KEYS_EVERY_MS", every)],
    })
}

/// The ids of the published keys.
async fn published(muster: &Muster) -> Vec<String> {
    let jwks = muster.anonymous().get("/.well-known/jwks.json").await;
    assert_eq!(jwks.status, 200, "{jwks:?}");
    assert_eq!(jwks.header("cache-control"), "public, max-age=300");
    let keys = jwks.json()["keys"].as_array().unwrap().clone();
    assert!(keys.iter().all(|key| key["d"].is_null()), "{keys:?}");
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    keys.iter().map(kid).collect()
}

/// Signs the admin in once more.
async fn sign_in(muster: &Muster) -> Client {
    let body = json!({"email": "admin@example.org", "password": PASSWORD});
    let answer = muster.anonymous().post("/v1/auth/login", &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    muster.bearing(answer.json()["access_token"].as_str().unwrap())
}

/// The key that has signed a token, as the token says.
fn signer(token: &str) -> String {
    let header = decoded(token.split('.').next().unwrap());
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// Base64url without padding (RFC 4648, section 5).
fn decoded(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.chars() {
        bits = (bits << 6) | u32::try_from(alphabet.find(letter).unwrap()).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}

/// Says of a key that it signs since so many seconds ago.
fn signs_since(place: &Place, kid: &str, seconds: i64) {
    let hex = kid.replace('-', "");
    place.tamper(&match place.is_production() {
        true => format!(
            "UPDATE signing_keys SET signs_from = now() - interval '{seconds} seconds' WHERE id = '{kid}'"
        ),
        false => format!(
            "UPDATE signing_keys SET signs_from = (unixepoch() - {seconds}) * 1000000 WHERE id = x'{hex}'"
        ),
    });
}

fn rotate(place: &Place, arguments: &[&str]) -> Output {
    command(place.path())
        .envs(place.environment())
        .args(["keys", "rotate"])
        .args(arguments)
        .output()
        .unwrap()
}

/// The id that a command printed, with nothing else on standard output.
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    let kid = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(kid.trim_end().len(), 36, "{kid}");
    kid.trim_end().to_owned()
}

/// Asks who it is again and again until it is told to stop, or is refused.
struct Asking {
    over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Result<usize, String>>,
}

impl Asking {
    fn who_i_am(client: &Client) -> Self {
        let (client, over) = (client.clone(), Arc::<AtomicBool>::default());
        let until = Arc::clone(&over);
        let task = tokio::spawn(async move {
            let mut asked = 0;
            while !until.load(Ordering::SeqCst) {
                let answer = client.get("/v1/me").await;
                if answer.status != 200 {
                    return Err(format!("after {asked} answers: {answer:?}"));
                }
                asked += 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Ok(asked)
        });
        Self { over, task }
    }

    /// Nothing was refused, and there was something to refuse.
    async fn ends_well(self) {
        self.over.store(true, Ordering::SeqCst);
        let asked = self.task.await.unwrap().unwrap();
        assert!(asked > 10, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_published_signs_and_is_retired_while_the_server_runs() {
    let place = Arc::new(Place::new());
    let muster = start_on(&place);
    let admin = muster.first_admin().await;
    let old = signer(admin.token());
    assert_eq!(published(&muster).await, from_ref(&old));
    let asking = Asking::who_i_am(&admin);
    signs_since(&place, &old, MONTH_S);
    support::eventually("the next key is published", || async {
        published(&muster).await.len() == 2
    })
    .await;
    let new = published(&muster).await.remove(1);
    assert_eq!(signer(sign_in(&muster).await.token()), old, "not yet");
    signs_since(&place, &new, 1);
    support::eventually("the next key signs", || async {
        signer(sign_in(&muster).await.token()) == new
    })
    .await;
    assert_eq!(published(&muster).await, [old.clone(), new.clone()]);
    let latest = sign_in(&muster).await;
    for client in [&admin, &latest] {
        assert_eq!(client.get("/v1/me").await.status, 200);
    }
    asking.ends_well().await;
    // What the old key signed is remembered here, and goes with it all the same.
    signs_since(&place, &new, OVER_S);
    support::eventually("the old key is removed", || async {
        published(&muster).await == [new.clone()]
    })
    .await;
    assert_eq!(admin.get("/v1/me").await.code(), "unauthenticated");
    assert_eq!(latest.get("/v1/me").await.status, 200);
    let metrics = muster.metrics().await;
    let age = metrics
        .lines()
        .find_map(|line| line.strip_prefix("signing_key_age_seconds "));
    let age: f64 = age.unwrap().parse().unwrap();
    assert!(age > 1200.0, "{age}");
}

/// The one key that an installation had is the first of the rotation.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_from_before_the_rotation_stay_good() {
    let (mut muster, admin) = Muster::set_up().await;
    let place = muster.place();
    muster.terminate();
    assert!(muster.ended().success());
    let migrate = |direction: &str| {
        let mut command = command(place.path());
        let command = command.envs(place.environment());
        let output = command.args(["migrate", direction]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let back = (0..20).any(|_| migrate("down").starts_with("20261122000009"));
    assert!(back, "it is among them");
    migrate("up");
    let muster = start_on(&place);
    let admin = muster.bearing(admin.token());
    assert_eq!(admin.get("/v1/me").await.status, 200);
    assert_eq!(published(&muster).await, [signer(admin.token())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_can_be_replaced_at_the_console() {
    let (mut muster, admin) = Muster::set_up().await;
    let place = muster.place();
    if !place.is_production() {
        let held = rotate(&place, &["--revoke"]);
        assert_eq!(held.status.code(), Some(69), "the folder is held");
        assert!(held.stdout.is_empty());
    }
    muster.terminate();
    muster.ended();
    let old = signer(admin.token());
    let new = printed(&rotate(&place, &[]));
    if place.is_production() {
        // Others could be at work, and would need time to hear of it.
        signs_since(&place, &new, 0);
    }
    let mut muster = start_on(&place);
    assert_eq!(published(&muster).await, [old.clone(), new.clone()]);
    let before = muster.bearing(admin.token());
    let after = sign_in(&muster).await;
    assert_eq!(signer(after.token()), new);
    for client in [&before, &after] {
        assert_eq!(client.get("/v1/me").await.status, 200);
    }
    muster.terminate();
    muster.ended();
    let revoking = rotate(&place, &["--revoke"]);
    let only = printed(&revoking);
    let said = String::from_utf8(revoking.stderr).unwrap();
    assert!(said.contains("no good any more"), "{said}");
    let muster = start_on(&place);
    assert_eq!(published(&muster).await, from_ref(&only));
    for token in [before.token(), after.token()] {
        let refused = muster.bearing(token).get("/v1/me").await;
        assert_eq!(refused.code(), "unauthenticated");
    }
    let latest = sign_in(&muster).await;
    assert_eq!(signer(latest.token()), only);
    assert_eq!(latest.get("/v1/me").await.status, 200);
}

/// Who signs in at one of them and goes on at the other, as a load balancer has it.
async fn crosses(here: &Muster, there: &Muster) -> String {
    let token = sign_in(here).await.token().to_owned();
    for muster in [there, here] {
        let answer = muster.bearing(&token).get("/v1/me").await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    signer(&token)
}

/// Nobody signs by a key of which another has not heard, however late it looks.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_takes_over_beside_running_processes_and_nobody_is_refused() {
    let place = Arc::new(Place::production());
    let one = start_on(&place);
    let admin = one.first_admin().await;
    let other = start_looking_every(&place, Duration::from_secs(8));
    let old = signer(admin.token());
    let there = other.bearing(admin.token());
    let asking = [&admin, &there].map(Asking::who_i_am);
    let rotating = {
        let place = Arc::clone(&place);
        tokio::task::spawn_blocking(move || printed(&rotate(&place, &[])))
    };
    let new = rotating.await.unwrap();
    let began = Instant::now();
    loop {
        let signers = [crosses(&one, &other).await, crosses(&other, &one).await];
        if signers.iter().all(|kid| *kid == new) {
            break;
        }
        assert!(signers.iter().all(|kid| [&old, &new].contains(&kid)));
        assert!(began.elapsed() < Duration::from_secs(60), "{signers:?}");
        // A person has a hundred devices at most.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    for muster in [&one, &other] {
        assert_eq!(published(muster).await, [old.clone(), new.clone()]);
    }
    for asking in asking {
        asking.ends_well().await;
    }
}

/// At every process as soon as it has looked.
#[tokio::test(flavor = "multi_thread")]
async fn revoked_keys_are_good_nowhere() {
    let place = Arc::new(Place::production());
    let one = start_on(&place);
    let admin = one.first_admin().await;
    let other = start_on(&place);
    let clients = [one.bearing(admin.token()), other.bearing(admin.token())];
    for client in &clients {
        assert_eq!(client.get("/v1/me").await.status, 200);
    }
    let revoking = rotate(&place, &["--revoke"]);
    let only = printed(&revoking);
    let said = String::from_utf8(revoking.stderr).unwrap();
    assert!(said.contains("within 20 seconds"), "{said}");
    for (muster, client) in [&one, &other].into_iter().zip(&clients) {
        support::eventually("the token is refused", || async {
            client.get("/v1/me").await.status == 401
        })
        .await;
        assert_eq!(published(muster).await, from_ref(&only));
        assert_eq!(client.get("/v1/me").await.code(), "unauthenticated");
    }
    assert_eq!(crosses(&one, &other).await, only);
}
