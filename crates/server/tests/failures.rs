//! When parts fail: each of the three servers, each way a network fails, before the start, in the middle and
//! while stopping. What is answered, how soon, what the health says, and that all is well within 5 s of the
//! part's return without a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};
use support::pictures::numbered_jpeg;
use support::{Answer, Client, Muster, Part, Place};
use testkit::proxy::Trouble;

const TROUBLES: [Trouble; 6] = [
    Trouble::Refuse,
    Trouble::Reset,
    Trouble::BlackHole,
    Trouble::Latency {
        there: Duration::from_millis(30),
        back: Duration::from_millis(30),
    },
    Trouble::CutReply { after: 0 },
    Trouble::Flap {
        period: Duration::from_millis(400),
    },
];

/// No answer takes longer, whatever happens: the database's 4 s of work and 3 s of COMMIT, and a little.
const LONGEST: Duration = Duration::from_secs(9);
/// Once the circuit is open, nobody waits for a dead part.
const AT_ONCE: Duration = Duration::from_secs(2);
/// From the return of a part to the end of its traces.
const HEALED_WITHIN: Duration = Duration::from_secs(5);

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Me,
    Register,
    Upload,
    Picture,
    DeletePhoto,
}

impl Ask {
    const ALL: [Self; 5] = [
        Self::Me,
        Self::Register,
        Self::Upload,
        Self::Picture,
        Self::DeletePhoto,
    ];

    /// Whether it cannot do without a part; those who can must not notice that it is gone.
    fn needs(self, part: Part) -> bool {
        match part {
            Part::Database => true,
            Part::Redis => false,
            Part::Objects => matches!(self, Self::Upload | Self::Picture),
        }
    }
}

/// A server with a photo, and somebody who asks.
struct Scene {
    muster: Muster,
    place: Place,
    admin: Client,
    picture: String,
}

/// Different pictures and people, however often one asks.
fn fresh_number() -> u8 {
    static NUMBER: AtomicU8 = AtomicU8::new(1);
    NUMBER.fetch_add(3, Ordering::Relaxed)
}

impl Scene {
    async fn set_up() -> Self {
        let place = Place::production();
        let muster = Muster::start_on(&place);
        let admin = muster.first_admin().await;
        let uploaded = admin.upload("me", "image/jpeg", numbered_jpeg(0)).await;
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        let picture = format!("/v1/users/me/images/{}/64", uploaded.id());
        Self {
            muster,
            place,
            admin,
            picture,
        }
    }

    async fn ask(&self, ask: Ask) -> (Answer, Duration) {
        let began = Instant::now();
        let number = fresh_number();
        let answer = match ask {
            Ask::Me => self.admin.get("/v1/me").await,
            Ask::Register => {
                let email = format!("p{number}.{}@example.org", began.elapsed().as_nanos());
                let person = json!({"given_name": "Ada", "family_name": "King", "email": email});
                self.admin.post("/v1/users", &person).await
            }
            Ask::Upload => {
                self.admin
                    .upload("me", "image/jpeg", numbered_jpeg(number))
                    .await
            }
            Ask::Picture => self.admin.get(&self.picture).await,
            Ask::DeletePhoto => {
                self.admin
                    .delete("/v1/users/me/images/00000000-0000-7000-8000-000000000000")
                    .await
            }
        };
        (answer, began.elapsed())
    }

    /// Whether everything works and the health says so.
    async fn is_well(&self) -> bool {
        for ask in Ask::ALL {
            let (answer, _) = self.ask(ask).await;
            if answer.status >= 500 {
                return false;
            }
        }
        let health = self.muster.health().await;
        self.muster.anonymous().get("/readyz").await.status == 200 && health["status"] == "healthy"
    }

    /// Waits until all is well again; never longer than promised.
    async fn heals(&self, told: &str) {
        let began = Instant::now();
        while !self.is_well().await {
            assert!(
                began.elapsed() < HEALED_WITHIN,
                "{told}: not well after {:?}: {}",
                began.elapsed(),
                self.muster.health().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A failure is one that a program can act on: which part, whether to try again, whether it was applied.
fn assert_honest(ask: Ask, part: Part, answer: &Answer, told: &str) {
    if answer.status < 500 {
        return;
    }
    assert!(
        ask.needs(part),
        "{told} {ask:?} does not need it: {answer:?}"
    );
    assert_eq!(answer.status, 503, "{told} {ask:?}: {answer:?}");
    let (code, problem) = (answer.code(), answer.json());
    let allowed: &[&str] = match (part, ask) {
        (Part::Database, Ask::Me | Ask::Picture) => &["database_unavailable"],
        (Part::Database, _) => &["database_unavailable", "outcome_unknown"],
        (Part::Objects, _) => &["storage_unavailable"],
        (Part::Redis, _) => &[],
    };
    assert!(
        allowed.contains(&code.as_str()),
        "{told} {ask:?}: {answer:?}"
    );
    assert_eq!(problem["retryable"], true, "{told} {ask:?}: {problem}");
    let outcome = if code == "outcome_unknown" {
        "unknown"
    } else {
        "not_applied"
    };
    assert_eq!(problem["outcome"], outcome, "{told} {ask:?}: {problem}");
    assert!(
        !answer.header("retry-after").is_empty(),
        "{told} {ask:?}: {answer:?}"
    );
}

/// All requests at once, some times over, while a part is in trouble.
async fn in_trouble(scene: &mut Scene, part: Part, trouble: Trouble) {
    let told = format!("{part:?} {trouble:?}");
    scene.place.parts_mut().trouble(part, trouble);
    for round in 0..4 {
        let asked = Ask::ALL.iter().cycle().take(15).map(|ask| async {
            let (answer, took) = scene.ask(*ask).await;
            (*ask, answer, took)
        });
        for (ask, answer, took) in futures::future::join_all(asked).await {
            assert_honest(ask, part, &answer, &told);
            assert!(took < LONGEST, "{told} {ask:?} took {took:?}");
            if round == 3 && !matches!(trouble, Trouble::Latency { .. } | Trouble::Flap { .. }) {
                assert!(
                    took < AT_ONCE,
                    "{told} {ask:?} took {took:?} with the circuit open"
                );
            }
        }
    }
    assert_health(scene, part, trouble, &told).await;
    scene.place.parts_mut().trouble(part, Trouble::None);
    scene.heals(&told).await;
}

/// A part that is gone is shown as such; without the database nobody is sent here, without the others
/// everybody still is.
async fn assert_health(scene: &Scene, part: Part, trouble: Trouble, told: &str) {
    let gone = matches!(
        trouble,
        Trouble::Refuse | Trouble::Reset | Trouble::BlackHole
    );
    if !gone {
        return;
    }
    let name = format!("{part:?}").to_lowercase();
    let shown = || async {
        let health = scene.muster.health().await;
        let ready = scene.muster.anonymous().get("/readyz").await.status == 200;
        health["components"][&name]["status"] != "healthy" && ready == (part != Part::Database)
    };
    let began = Instant::now();
    while !shown().await {
        assert!(
            began.elapsed() < Duration::from_secs(12),
            "{told}: {}",
            scene.muster.health().await
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(scene.muster.anonymous().get("/healthz").await.status, 200);
}

/// After everything, nothing is held that should not be.
async fn assert_no_leak(scene: &Scene, part: Part) {
    let proxy = scene.place.parts().proxy(part);
    let most = match part {
        Part::Database => 26,
        Part::Redis => 12,
        Part::Objects => 40,
    };
    proxy.at_most_open(most, Duration::from_secs(10)).await;
    support::eventually("no call is in flight", || async {
        let metrics = scene.muster.metrics().await;
        let lines = metrics
            .lines()
            .filter(|line| line.starts_with("dependency_calls_in_flight{"));
        let counts: Vec<&str> = lines.filter_map(|line| line.rsplit(' ').next()).collect();
        assert_eq!(counts.len(), 3, "one for each part: {metrics}");
        counts.iter().all(|count| *count == "0")
    })
    .await;
    assert!(
        !scene.muster.log().contains("panicked"),
        "{}",
        scene.muster.log()
    );
}

async fn steadily(part: Part) {
    let mut scene = Scene::set_up().await;
    for trouble in TROUBLES {
        in_trouble(&mut scene, part, trouble).await;
    }
    assert_no_leak(&scene, part).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_the_database_fails_in_every_way() {
    steadily(Part::Database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_redis_fails_in_every_way() {
    steadily(Part::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_the_object_store_fails_in_every_way() {
    steadily(Part::Objects).await;
}

/// A server without Redis or objects starts and says so; one without its database waits for it.
async fn at_the_start(part: Part) {
    for trouble in TROUBLES {
        let told = format!("{part:?} {trouble:?} at the start");
        let mut place = Place::production();
        place.parts_mut().trouble(part, trouble);
        let muster = Muster::starting_on(&place, Vec::new());
        if part == Part::Database {
            // It is waiting, and not gone.
            tokio::time::sleep(Duration::from_millis(700)).await;
            place.parts_mut().trouble(part, Trouble::None);
        }
        let muster = muster.listening(Duration::from_secs(15));
        let admin = muster.first_admin().await;
        let mut scene = Scene {
            picture: "/v1/users/me/images/00000000-0000-7000-8000-000000000000/64".to_owned(),
            muster,
            place,
            admin,
        };
        for ask in [Ask::Me, Ask::Register] {
            let (answer, took) = scene.ask(ask).await;
            assert!(
                answer.status < 500 && took < LONGEST,
                "{told} {ask:?}: {answer:?}"
            );
        }
        scene.place.parts_mut().trouble(part, Trouble::None);
        scene.heals(&told).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_the_database_is_waited_for() {
    at_the_start(Part::Database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_redis_may_be_missing() {
    at_the_start(Part::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_the_object_store_may_be_missing() {
    at_the_start(Part::Objects).await;
}

/// A process that is told to stop stops, whatever its parts do, and says whether it left anything.
async fn while_stopping(part: Part) {
    for trouble in TROUBLES {
        let told = format!("{part:?} {trouble:?} while stopping");
        let mut scene = Scene::set_up().await;
        scene.place.parts_mut().trouble(part, trouble);
        let asked = Ask::ALL.map(|ask| {
            let (admin, picture) = (scene.admin.clone(), scene.picture.clone());
            tokio::spawn(async move {
                let request = match ask {
                    Ask::Upload => admin
                        .request("POST", "/v1/users/me/images")
                        .header("Content-Type", "image/jpeg")
                        .body(numbered_jpeg(fresh_number())),
                    Ask::Picture => admin.request("GET", &picture),
                    Ask::Me | Ask::Register | Ask::DeletePhoto => admin.request("GET", "/v1/me"),
                };
                admin.try_send(request).await
            })
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let began = Instant::now();
        scene.muster.terminate();
        let mut muster = scene.muster;
        let code = tokio::task::block_in_place(|| muster.ended()).code();
        assert!(
            began.elapsed() < Duration::from_secs(28),
            "{told}: {:?}",
            began.elapsed()
        );
        assert_eq!(code, Some(0), "{told}: {}", muster.log());
        for answer in asked {
            let answer = answer.await.unwrap();
            let honest = answer
                .as_ref()
                .is_ok_and(|answer| answer.status < 500 || answer.status == 503);
            assert!(honest, "{told}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stopping_the_database_fails_in_every_way() {
    while_stopping(Part::Database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stopping_redis_fails_in_every_way() {
    while_stopping(Part::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stopping_the_object_store_fails_in_every_way() {
    while_stopping(Part::Objects).await;
}

/// A deleted photo is gone at once, and its bytes when the store is back.
#[tokio::test(flavor = "multi_thread")]
async fn a_photo_deleted_without_the_store_is_gone_at_once_and_its_bytes_later() {
    let mut scene = Scene::set_up().await;
    scene
        .place
        .parts_mut()
        .trouble(Part::Objects, Trouble::Refuse);
    let path = scene.picture.trim_end_matches("/64").to_owned();
    assert_eq!(scene.admin.delete(&path).await.status, 204);
    assert_eq!(scene.admin.get(&path).await.status, 404);
    scene
        .place
        .parts_mut()
        .trouble(Part::Objects, Trouble::None);
    support::eventually("the bytes go", || async {
        scene.place.objects().is_empty()
    })
    .await;
}

/// With Redis dead for the whole run, nobody sees a 5xx.
#[tokio::test(flavor = "multi_thread")]
async fn without_redis_all_along_there_is_not_one_5xx() {
    let mut place = Place::production();
    place.parts_mut().trouble(Part::Redis, Trouble::Refuse);
    let muster = Muster::start_on(&place);
    let admin = muster.first_admin().await;
    let uploaded = admin.upload("me", "image/jpeg", numbered_jpeg(0)).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let picture = format!("/v1/users/me/images/{}/64", uploaded.id());
    let scene = Scene {
        muster,
        place,
        admin,
        picture,
    };
    for _ in 0..20 {
        let asked = Ask::ALL.iter().cycle().take(20).map(|ask| scene.ask(*ask));
        for (answer, _) in futures::future::join_all(asked).await {
            assert!(answer.status < 500, "{answer:?}");
        }
    }
    let metrics = scene.muster.metrics().await;
    let failed = metrics
        .lines()
        .filter(|line| line.starts_with("http_requests_total") && line.contains("status=\"5"));
    assert_eq!(failed.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// The answer to COMMIT is lost: the key says what became of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_resolves_an_unknown_outcome() {
    let mut scene = Scene::set_up().await;
    let mut unknown = 0;
    for number in 0..12 {
        let person = json!({"given_name": "Ada", "family_name": "King", "email": format!("ada{number}@example.org")});
        let key = format!("hire-{number}");
        let after = 40 * number;
        scene
            .place
            .parts_mut()
            .trouble(Part::Database, Trouble::CutReply { after });
        let answer = scene.admin.keyed("/v1/users", &key, &person).await;
        scene
            .place
            .parts_mut()
            .trouble(Part::Database, Trouble::None);
        unknown += usize::from(answer.status == 503 && answer.code() == "outcome_unknown");
        scene.heals("after a cut").await;
        let again = scene.admin.keyed("/v1/users", &key, &person).await;
        assert_eq!(again.status, 201, "{answer:?} then {again:?}");
        let found = scene
            .admin
            .all_ids(&format!("/v1/users?query=ada{number}@&page_size=50"))
            .await;
        assert_eq!(
            found,
            [again.id()],
            "one person, however often it was asked for"
        );
    }
    println!("{unknown} of 12 answers were lost at COMMIT");
}
