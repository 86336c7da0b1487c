//! The script against the arithmetic that it must agree with, at times of our choosing.

use super::{ASK, name};
use core::time::Duration;
use domain::limits::{Arrival, Asked, Rate};
use redis::Script;
use redis::aio::MultiplexedConnection;
use testkit::servers;

/// A generator of numbers that is the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) % sides
    }

    /// Small ones, and the largest there are.
    fn rate(&mut self) -> Rate {
        let (requests, burst, period) = match self.roll(3) {
            0 => (self.roll(9), self.roll(9), self.roll(9_999)),
            1 => (self.roll(99_999), self.roll(9_999), self.roll(1 << 30)),
            _ => (
                self.roll(u32::MAX.into()),
                0,
                Rate::LARGEST - 1 - self.roll(9),
            ),
        };
        let small = |number| u32::try_from(number + 1).expect("is small");
        let period = Duration::from_micros(period + 1);
        Rate::parse(small(requests), period, small(burst)).expect("is a rate")
    }

    fn asked(&mut self) -> Asked {
        let [first, others @ ..] = [Asked::Admit, Asked::Look, Asked::Charge, Asked::Refund];
        let which = usize::try_from(self.roll(4)).expect("is small");
        others.get(which).copied().unwrap_or(first)
    }

    fn cost(&mut self, rate: Rate) -> u32 {
        match self.roll(4) {
            0 => 1,
            1 => u32::MAX,
            _ => u32::try_from(self.roll(u64::from(rate.burst()) + 2)).expect("is small"),
        }
    }

    /// How long until something is asked again, about as long as it matters.
    fn pause(&mut self, rate: Rate) -> u64 {
        let burst = rate.most_owed() / u64::from(rate.requests());
        match self.roll(3) {
            0 => 0,
            1 => self.roll(burst / 16 + 2),
            _ => self.roll(burst * 2 + 2),
        }
    }
}

/// The script with the time as one more argument.
fn timed() -> Script {
    let (before, after) = ASK
        .split_once("local time = redis.call('TIME')\nlocal now = time[1] * 1000000 + time[2]\n")
        .expect("asks for the time");
    Script::new(&format!("{before}local now = tonumber(ARGV[5])\n{after}"))
}

async fn kept(connection: &mut MultiplexedConnection) -> Arrival {
    let known: Option<String> = redis::cmd("GET")
        .arg("k")
        .query_async(connection)
        .await
        .expect("answers");
    let read = |known: String| {
        let (micros, part) = known.split_once(':')?;
        Some(Arrival {
            micros: micros.parse().ok()?,
            part: part.parse().ok()?,
        })
    };
    known.map_or_else(Arrival::default, |known| read(known).expect("is ours"))
}

#[tokio::test]
async fn the_script_decides_as_the_arithmetic_does() {
    let server = servers::redis().await;
    let client = redis::Client::open(server.url()).expect("is an address");
    let connection = client.get_multiplexed_async_connection().await;
    let (mut connection, script, mut dice) = (connection.expect("listens"), timed(), Dice(7));
    for _ in 0..300 {
        let rate = dice.rate();
        let (mut now, mut known) = (1_767_600_000_000_000, Arrival::default());
        let _: () = redis::cmd("DEL")
            .arg("k")
            .query_async(&mut connection)
            .await
            .expect("answers");
        for _ in 0..20 {
            now += dice.pause(rate);
            let (asked, cost) = (dice.asked(), dice.cost(rate));
            let owed: u64 = script
                .key("k")
                .arg(name(asked))
                .arg(rate.requests())
                .arg(rate.most_owed())
                .arg(rate.price_of(cost))
                .arg(now)
                .invoke_async(&mut connection)
                .await
                .expect("answers");
            let (expected, after) = rate.decide(asked, cost, now, known);
            let (verdict, _) = rate.settle(asked, cost, owed);
            let what = format!("{asked:?} {cost} of {rate:?} at {now}, {known:?}");
            assert_eq!(verdict, expected, "{what}");
            // What would have ended is not there any more; it has passed.
            let left = kept(&mut connection).await;
            assert!(
                left == after || (left == Arrival::default() && after.micros <= now),
                "{what}: {left:?}, not {after:?}"
            );
            known = after;
        }
    }
}
