//! A clock and ids that depend on the seed alone.

use super::random::mixed;
use crate::machine::Machine;
use jiff::Timestamp;
use ports::{Clock, Ids};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::Uuid;

/// 2026-01-05T08:00:00Z, a Monday.
const START_MICROS: i64 = 1_767_600_000_000_000;
/// Time between two looks at the clock: 1 ms.
const TICK_MICROS: i64 = 1000;

/// The machine of a seeding run.
#[must_use]
pub fn seeded(seed: u64) -> Machine {
    Machine {
        clock: Arc::new(Ticking(AtomicI64::new(START_MICROS))),
        ids: Arc::new(Counted {
            seed,
            last: AtomicU64::new(0),
        }),
    }
}

/// Moves on by one tick whenever somebody looks.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let micros = self.0.fetch_add(TICK_MICROS, Ordering::SeqCst);
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }
}

/// UUIDv7s whose time is a count and whose random part is made of the seed.
struct Counted {
    seed: u64,
    last: AtomicU64,
}

impl Ids for Counted {
    fn next(&self) -> Uuid {
        let number = self.last.fetch_add(1, Ordering::SeqCst);
        let millis = START_MICROS.unsigned_abs() / 1000 + number;
        let random = mixed(self.seed, number);
        let high = (millis << 16) | 0x7000 | (random & 0x0FFF);
        Uuid::from_u64_pair(
            high,
            0x8000_0000_0000_0000 | (mixed(random, self.seed) >> 2),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::seeded;

    #[test]
    fn the_same_seed_gives_the_same_ids_in_rising_order() {
        let [one, again, other] = [1, 1, 2].map(|seed| {
            let machine = seeded(seed);
            (0..50).map(|_| machine.ids.next()).collect::<Vec<_>>()
        });
        assert!(one == again && one != other);
        assert!(one.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(one.iter().all(|id| id.get_version_num() == 7));
    }
}
