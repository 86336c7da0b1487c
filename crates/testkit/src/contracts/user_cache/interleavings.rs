//! Readers, writers and evictions in random order, as in the exhaustive model of the protocol:
//! once everybody has finished, the cache holds the last version or nothing.

use super::person;
use domain::ids::UserId;
use ports::accounts::{Cached, FillLease, UserCache};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::Handle;
use uuid::Uuid;

/// A generator of numbers that is the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ mixed >> 31) % sides as u64).expect("is below the sides")
    }
}

/// How far somebody has come.
#[derive(Clone, Copy)]
enum Step {
    /// About to ask the cache.
    Ask,
    /// About to read the database, with this lease.
    Read(FillLease),
    /// About to fill what was read.
    Fill(FillLease, u32),
    /// About to write to the database.
    Write,
    /// Has written this version; about to tell the cache, also again after a crash.
    Tell(u32),
    /// About to make the cache forget, as an eviction or a deletion does.
    Evict,
    /// Has finished.
    Done,
}

/// One run: a row of a database, and the cache over it. Version 0 is no row.
struct Run<'a> {
    cache: &'a dyn UserCache,
    id: UserId,
    row: u32,
    dice: Dice,
}

impl Run<'_> {
    /// Takes one step of somebody; answers what they do next.
    async fn step(&mut self, step: Step) -> Step {
        match step {
            Step::Ask => match self.cache.get(self.id).await.expect("can be reached") {
                Cached::Miss(Some(lease)) => Step::Read(lease),
                _ => Step::Done,
            },
            Step::Read(lease) => Step::Fill(lease, self.row),
            Step::Fill(lease, version) => {
                let user = (version > 0).then(|| Arc::new(person(self.id, version)));
                let filled = self.cache.fill(self.id, lease, user).await;
                filled.expect("can be reached");
                Step::Done
            }
            Step::Write => {
                self.row += 1;
                Step::Tell(self.row)
            }
            Step::Tell(version) => {
                let told = match self.dice.roll(4) {
                    0 => self.cache.kill(self.id).await,
                    _ => self.cache.refresh(Arc::new(person(self.id, version))).await,
                };
                told.expect("can be reached");
                // The outbox delivers at least once.
                if self.dice.roll(3) == 0 {
                    Step::Tell(version)
                } else {
                    Step::Done
                }
            }
            Step::Evict => {
                self.cache.kill(self.id).await.expect("can be reached");
                Step::Done
            }
            Step::Done => Step::Done,
        }
    }

    async fn finish(&mut self) {
        let mut people = vec![Step::Ask, Step::Ask, Step::Ask, Step::Write, Step::Write];
        people.push([Step::Evict, Step::Ask, Step::Write][self.dice.roll(3)]);
        while !people.is_empty() {
            let who = self.dice.roll(people.len());
            people[who] = self.step(people[who]).await;
            if matches!(people[who], Step::Done) {
                people.swap_remove(who);
            }
        }
    }
}

/// Whatever the order, what the cache knows at rest is the last version.
pub async fn no_interleaving_leaves_an_old_version(cache: &dyn UserCache) {
    for seed in 0..4_000_u64 {
        let id = UserId::new(Uuid::from_u128(seed.into()));
        let dice = Dice(seed);
        let mut run = Run {
            cache,
            id,
            row: 0,
            dice,
        };
        run.finish().await;
        let known = cache.get(id).await.expect("can be reached");
        assert!(
            is_current(&known, run.row),
            "seed {seed}: {known:?} is not {}",
            run.row
        );
    }
}

fn is_current(known: &Cached, row: u32) -> bool {
    match known {
        Cached::Hit(user) => user.version.number() == row,
        Cached::Absent => row == 0,
        Cached::Miss(_) => true,
    }
}

/// The same with readers and writers on threads of their own, each as fast as it can.
pub async fn many_threads_at_once_leave_no_old_version(cache: &dyn UserCache) {
    for round in 0..40_u128 {
        let id = UserId::new(Uuid::from_u128(1 << 64 | round));
        let row = AtomicU32::new(0);
        tokio::task::block_in_place(|| race(cache, id, &row));
        let known = cache.get(id).await.expect("can be reached");
        let row = row.load(Ordering::SeqCst);
        assert!(
            is_current(&known, row),
            "round {round}: {known:?} is not {row}"
        );
    }
}

fn race(cache: &dyn UserCache, id: UserId, row: &AtomicU32) {
    let runtime = Handle::current();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| runtime.block_on(read(cache, id, row)));
        }
        for _ in 0..2 {
            scope.spawn(|| runtime.block_on(write(cache, id, row)));
        }
    });
}

async fn read(cache: &dyn UserCache, id: UserId, row: &AtomicU32) {
    for _ in 0..100 {
        if let Ok(Cached::Miss(Some(lease))) = cache.get(id).await {
            let version = row.load(Ordering::SeqCst);
            std::thread::yield_now();
            let user = (version > 0).then(|| Arc::new(person(id, version)));
            cache.fill(id, lease, user).await.expect("can be reached");
        }
    }
}

async fn write(cache: &dyn UserCache, id: UserId, row: &AtomicU32) {
    for _ in 0..40 {
        let version = row.fetch_add(1, Ordering::SeqCst) + 1;
        std::thread::yield_now();
        let told = match version % 4 {
            0 => cache.kill(id).await,
            _ => cache.refresh(Arc::new(person(id, version))).await,
        };
        told.expect("can be reached");
    }
}
