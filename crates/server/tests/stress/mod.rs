//! What the two processes of a stress test do.

mod pair;
mod plain;
mod slow;
mod wire;

pub use pair::{RUNS, Task, in_two_processes};
pub use plain::Plain;
pub use slow::Slow;

use domain::accounts::users::Changed;
use domain::accounts::{Phone, UserPatch};
use domain::ids::UserId;
use jiff::Timestamp;
use pair::PROCESSES;
use ports::accounts::{SaveUserError, UserRepository};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testkit::builders::a_commit;
use tokio::time::sleep;
use wire::Wire;

const WRITERS: u32 = 8;
const READERS: u32 = 8;
/// What each writer has to save: work is counted, or a machine that was too slow to begin would pass for one
/// that keeps the promise.
const SAVES: usize = 30;
/// At rest is 2 s after the last write.
const REST: Duration = Duration::from_secs(2);

/// This process's share of the writers and readers of a run, and what evicts entries; then the rest.
pub async fn run(task: &Task, rows: Arc<dyn UserRepository>, cached: Arc<dyn UserRepository>) {
    task.meet("begin").await;
    let over = Arc::new(AtomicBool::new(false));
    let mut around = tokio::task::JoinSet::new();
    for number in 0..READERS / PROCESSES {
        let (cached, people, over) = (cached.clone(), task.people.clone(), over.clone());
        around.spawn(read(cached, people, Dice::new(100 + number), over));
    }
    let (redis, evicting) = (task.redis.clone(), over.clone());
    around.spawn_blocking(move || {
        let mut wire = Wire::to(&redis);
        while !evicting.load(Ordering::Relaxed) {
            wire.evict_one();
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..WRITERS / PROCESSES {
        let (rows, cached, people) = (rows.clone(), cached.clone(), task.people.clone());
        writers.spawn(write(rows, cached, people, Dice::new(number)));
    }
    ended(writers).await;
    task.meet("written").await;
    over.store(true, Ordering::Relaxed);
    ended(around).await;
    sleep(REST).await;
}

async fn ended(mut tasks: tokio::task::JoinSet<()>) {
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}

async fn write(
    rows: Arc<dyn UserRepository>,
    cached: Arc<dyn UserRepository>,
    people: Vec<UserId>,
    mut dice: Dice,
) {
    let mut saved = 0;
    while saved < SAVES {
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
            Ok(()) => saved += 1,
            Err(SaveUserError::Outdated(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn read(
    cached: Arc<dyn UserRepository>,
    people: Vec<UserId>,
    mut dice: Dice,
    over: Arc<AtomicBool>,
) {
    while !over.load(Ordering::Relaxed) {
        let id = people[dice.roll(people.len())];
        assert!(cached.find(id).await.unwrap().is_some());
        sleep(Duration::from_millis(1)).await;
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
