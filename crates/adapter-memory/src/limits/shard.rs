//! The buckets behind one lock, and which of them to forget when there is no room.

use core::cmp::Reverse;
use domain::limits::{Arrival, Asked, Bucket, Rate, Verdict};
use std::collections::{BinaryHeap, HashMap};

/// How many buckets that have filled are forgotten for each that comes, so that they become fewer.
const FORGOTTEN: usize = 2;

/// What is kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kept {
    pub bucket: Bucket,
    pub rate: Rate,
}

/// The arrivals of some buckets.
///
/// Each stands once in the queue, in the order of what its arrival was when it was put there. Arrivals move on
/// and their place in the queue does not, until it is their turn: so asking a bucket that is there costs
/// a look into the map and nothing else.
#[derive(Debug)]
pub struct Shard {
    arrivals: HashMap<Kept, Arrival>,
    queue: BinaryHeap<Turn>,
    room: usize,
}

/// When a bucket may be forgotten, at the earliest.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    at: Reverse<u64>,
    kept: Kept,
}

impl Shard {
    /// For so many buckets.
    pub fn new(room: usize) -> Self {
        Self {
            arrivals: HashMap::new(),
            queue: BinaryHeap::new(),
            room: room.max(1),
        }
    }

    pub fn ask(&mut self, asked: Asked, kept: Kept, cost: u32, now: u64) -> Verdict {
        if let Some(arrival) = self.arrivals.get_mut(&kept) {
            let (verdict, after) = kept.rate.decide(asked, cost, now, *arrival);
            *arrival = after;
            return verdict;
        }
        let full = Arrival::default();
        let (verdict, after) = kept.rate.decide(asked, cost, now, full);
        if after != full {
            self.make_room(now);
            self.arrivals.insert(kept, after);
            self.queue.push(Turn::of(kept, after));
        }
        verdict
    }

    /// Forgets a few that have filled, and one that has not where all else fails.
    fn make_room(&mut self, now: u64) {
        for _ in 0..FORGOTTEN {
            if !self.forget_first(|arrival| arrival.micros < now) {
                break;
            }
        }
        while self.arrivals.len() >= self.room && self.forget_first(|_| true) {}
    }

    /// Forgets the bucket that would be full first, if it may be; says whether it did.
    fn forget_first(&mut self, may: impl Fn(&Arrival) -> bool) -> bool {
        while let Some(turn) = self.queue.peek().copied() {
            let arrival = self.arrivals.get(&turn.kept).copied();
            let arrival = arrival.unwrap_or_default();
            let current = Turn::of(turn.kept, arrival);
            if current < turn {
                // It was charged since. Each charge is paid for here once at most.
                self.queue.pop();
                self.queue.push(current);
                continue;
            }
            if !may(&arrival) {
                return false;
            }
            self.queue.pop();
            self.arrivals.remove(&turn.kept);
            return true;
        }
        false
    }

    /// How many buckets are kept.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        assert_eq!(self.arrivals.len(), self.queue.len());
        self.arrivals.len()
    }
}

impl Turn {
    fn of(kept: Kept, arrival: Arrival) -> Self {
        let at = Reverse(arrival.micros);
        Self { at, kept }
    }
}

impl Ord for Turn {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Turn {}
