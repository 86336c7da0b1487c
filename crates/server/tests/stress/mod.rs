//! What the two processes of a stress test do, and how they are started and asked.

mod plain;
mod slow;
mod wire;

pub use plain::Plain;
pub use slow::Slow;

use adapter_postgres::{Database, PostgresUsers};
use domain::accounts::users::Changed;
use domain::accounts::{Phone, User, UserPatch};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::accounts::{BatchMode, SaveUserError, UserRepository};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use testkit::builders::{a_commit, a_user};
use testkit::servers::{self, Template};
use tokio::process::Command;
use tokio::time::sleep;
use uuid::Uuid;
use wire::Wire;

/// How often it is tried.
pub const RUNS: usize = 20;
const PEOPLE: usize = 50;
/// Each process has half of them.
const WRITERS: u32 = 8;
const READERS: u32 = 8;
const LASTING: Duration = Duration::from_millis(700);
/// At rest is 2 s after the last write.
const REST: Duration = Duration::from_secs(2);

const DATABASE: &str = "STRESS_DATABASE";
const REDIS: &str = "STRESS_REDIS";
const FOLK: &str = "STRESS_PEOPLE";
const BEGINS: &str = "STRESS_BEGINS";

/// What one of the two processes has to do.
pub struct Task {
    pub database: String,
    pub redis: String,
    people: Vec<UserId>,
    begins: Duration,
}

impl Task {
    /// `None` in the process that starts the others.
    pub fn of_this_process() -> Option<Self> {
        let told = |name| std::env::var_os(name).map(|value| value.into_string().unwrap());
        let people = told(FOLK)?;
        let people = people
            .split(',')
            .map(|id| UserId::new(Uuid::parse_str(id).unwrap()));
        Some(Self {
            database: told(DATABASE)?,
            redis: told(REDIS)?,
            people: people.collect(),
            begins: Duration::from_millis(told(BEGINS)?.parse().unwrap()),
        })
    }

    pub fn people(&self) -> impl Iterator<Item = UserId> + '_ {
        self.people.iter().copied()
    }

    /// Tells the process that started this one.
    pub fn report(&self, stale: usize) {
        println!("\nstale={stale}");
    }
}

/// Runs a test of this binary as two processes at once, [`RUNS`] times; answers how many entries were stale in
/// each run.
pub async fn in_two_processes(test: &str) -> Vec<usize> {
    let server = servers::postgres().await;
    let guard = server.database(&Template::of_muster()).await;
    let users = PostgresUsers::new(Database::open(guard.url()).unwrap());
    let redis = servers::redis().await;
    // Four runs side by side, on people of their own, or most of the time would be spent at rest.
    let mut stale = Vec::new();
    for _ in 0..RUNS / 4 {
        let runs = (0..4).map(|_| one_run(test, guard.url(), redis.url(), &users));
        stale.extend(futures::future::join_all(runs).await);
    }
    stale
}

async fn one_run(test: &str, database: &str, redis: &str, users: &PostgresUsers) -> usize {
    let people: Vec<User> = (0..PEOPLE).map(|_| a_user().build()).collect();
    users
        .add_all(&people, BatchMode::Atomic, &a_commit())
        .await
        .unwrap();
    let ids: Vec<String> = people.iter().map(|user| user.id.to_string()).collect();
    let begins = since_1970() + Duration::from_millis(600);
    let process = || async {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(DATABASE, database)
            .env(REDIS, redis)
            .env(FOLK, ids.join(","))
            .env(BEGINS, begins.as_millis().to_string())
            .stderr(Stdio::piped())
            .output()
            .await
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{told}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let stale = told.lines().find_map(|line| line.strip_prefix("stale="));
        stale
            .unwrap_or_else(|| panic!("{told}"))
            .parse::<usize>()
            .unwrap()
    };
    let (one, other) = tokio::join!(process(), process());
    one + other
}

#[expect(
    clippy::disallowed_methods,
    reason = "two processes begin at one moment"
)]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

/// Half of the writers and readers of a run, and what evicts entries; then the rest.
pub async fn run(task: &Task, rows: Arc<dyn UserRepository>, cached: Arc<dyn UserRepository>) {
    sleep(task.begins.saturating_sub(since_1970())).await;
    let ends = task.begins + LASTING;
    let mut busy = tokio::task::JoinSet::new();
    for number in 0..WRITERS / 2 {
        let (rows, cached, people) = (rows.clone(), cached.clone(), task.people.clone());
        busy.spawn(write(rows, cached, people, Dice::new(number), ends));
    }
    for number in 0..READERS / 2 {
        let (cached, people) = (cached.clone(), task.people.clone());
        busy.spawn(read(cached, people, Dice::new(100 + number), ends));
    }
    let (redis, evicting) = (task.redis.clone(), ends);
    busy.spawn_blocking(move || {
        let mut wire = Wire::to(&redis);
        while since_1970() < evicting {
            wire.evict_one();
            std::thread::sleep(Duration::from_millis(3));
        }
    });
    while let Some(ended) = busy.join_next().await {
        ended.unwrap();
    }
    sleep((ends + REST).saturating_sub(since_1970())).await;
}

async fn write(
    rows: Arc<dyn UserRepository>,
    cached: Arc<dyn UserRepository>,
    people: Vec<UserId>,
    mut dice: Dice,
    ends: Duration,
) {
    while since_1970() < ends {
        let id = people[dice.roll(people.len())];
        let old = rows.find(id).await.unwrap().unwrap();
        let phone = Phone::parse(&format!("+1 555 {:07}", dice.roll(10_000_000))).unwrap();
        let patch = UserPatch {
            phone: Some(Some(phone)),
            ..UserPatch::default()
        };
        let Ok(Changed::To(new, _)) = old.patched(patch, Timestamp::UNIX_EPOCH) else {
            continue;
        };
        match cached.save(&new, old.version, &a_commit()).await {
            Ok(()) | Err(SaveUserError::Outdated(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn read(
    cached: Arc<dyn UserRepository>,
    people: Vec<UserId>,
    mut dice: Dice,
    ends: Duration,
) {
    while since_1970() < ends {
        let id = people[dice.roll(people.len())];
        assert!(cached.find(id).await.unwrap().is_some());
    }
}

/// Numbers that differ from process to process (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(number: u32) -> Self {
        Self(u64::from(std::process::id()) << 32 | u64::from(number))
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ mixed >> 31) % sides as u64).unwrap()
    }
}
