//! The arithmetic against models that know nothing of arrivals: one keeps every admission, one counts in fractions.

use super::{Arrival, Asked};
use crate::limits::{Rate, Verdict};
use core::time::Duration;
use proptest::prelude::*;

/// Long after the clock began.
const START: u64 = 1_767_600_000_000_000;

fn rate(requests: u32, micros: u64, burst: u32) -> Rate {
    Rate::parse(requests, Duration::from_micros(micros), burst).expect("is a rate")
}

/// Rates of which the requests seldom divide the period.
fn rates() -> impl Strategy<Value = Rate> {
    (1..50_u32, 1..2_000_u64, 1..20_u32)
        .prop_map(|(requests, micros, burst)| rate(requests, micros, burst))
}

fn asked() -> impl Strategy<Value = Asked> {
    prop::sample::select(vec![
        Asked::Admit,
        Asked::Look,
        Asked::Charge,
        Asked::Refund,
    ])
}

/// Pauses and costs, one after the other.
fn turns() -> impl Strategy<Value = Vec<(u64, u32)>> {
    prop::collection::vec((0..400_u64, 0..8_u32), 1..200)
}

fn at(micros: u64) -> Arrival {
    Arrival { micros, part: 0 }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).expect("is no age of the world")
}

/// Whether no stretch of time that ends now has more admissions than a burst and what falls in meanwhile.
fn fits(rate: Rate, admitted: &[(u64, u32)], now: u64, cost: u32) -> bool {
    let (requests, period) = (u128::from(rate.requests()), rate.period().as_micros());
    let mut sum = u128::from(cost);
    let burst = u128::from(rate.burst());
    let mut stretches = admitted.iter().rev().map(|(when, cost)| {
        sum += u128::from(*cost);
        sum * period <= burst * period + u128::from(now - when) * requests
    });
    u128::from(cost) <= burst && stretches.all(|fits| fits)
}

#[test]
fn a_burst_passes_and_then_the_rate() {
    let rate = rate(100, 1_000_000, 3);
    let mut kept = Arrival::default();
    let mut ask = |now| {
        let (verdict, after) = rate.decide(Asked::Admit, 1, START + now, kept);
        kept = after;
        verdict
    };
    let remaining: Vec<u32> = (0..3).map(|_| ask(0).remaining).collect();
    assert_eq!(remaining, [2, 1, 0]);
    let refused = ask(0);
    assert_eq!(refused.retry_after(), Some(Duration::from_millis(10)));
    assert_eq!(refused.reset_after, Duration::from_millis(30));
    assert_eq!((refused.limit, refused.remaining), (3, 0));
    assert!(!ask(9_999).is_allowed());
    assert!(ask(10_000).is_allowed());
    assert!(!ask(10_000).is_allowed());
}

#[test]
fn three_in_a_second_are_three_in_a_second_for_days() {
    let rate = rate(3, 1_000_000, 2);
    let (mut now, mut kept, mut admitted) = (START, Arrival::default(), 0);
    let end = START + 3 * 86_400_000_000;
    while now <= end {
        let (verdict, after) = rate.decide(Asked::Admit, 1, now, kept);
        kept = after;
        match verdict.retry_after() {
            Some(wait) => now += micros(wait),
            None => admitted += 1,
        }
    }
    assert_eq!(admitted, 2 + 3 * 3 * 86_400);
}

#[test]
fn more_than_a_burst_is_never_admitted() {
    let rate = rate(100, 1_000_000, 3);
    for asked in [Asked::Admit, Asked::Look] {
        for cost in [4, 5, u32::MAX] {
            let (verdict, kept) = rate.decide(asked, cost, START, Arrival::default());
            assert!(!verdict.is_allowed());
            assert_eq!(verdict.retry_after(), None);
            assert_eq!(kept, Arrival::default());
        }
    }
}

#[test]
fn a_clock_that_goes_back_costs_the_time_of_a_burst_at_most() {
    let rate = rate(10, 1_000_000, 5);
    for asked in [Asked::Admit, Asked::Look, Asked::Charge] {
        let (verdict, kept) = rate.decide(asked, 1, START, at(START + 86_400_000_000));
        assert!(!verdict.is_allowed());
        assert_eq!(verdict.reset_after, Duration::from_millis(500));
        assert_eq!(kept, at(START + 500_000));
    }
}

#[test]
fn the_largest_rates_and_costs_do_not_overflow() {
    let nonsense = Arrival {
        micros: u64::MAX,
        part: u32::MAX,
    };
    for rate in [rate(u32::MAX, Rate::LARGEST, 1), rate(1, 1 << 20, 1 << 31)] {
        for asked in [Asked::Admit, Asked::Look, Asked::Charge, Asked::Refund] {
            for kept in [Arrival::default(), nonsense, at(u64::MAX - 1)] {
                for now in [0, START, u64::MAX] {
                    let (verdict, _) = rate.decide(asked, u32::MAX, now, kept);
                    assert!(verdict.remaining <= rate.burst());
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn whoever_is_admitted_fits_among_all_who_were(rate in rates(), turns in turns()) {
        let (mut now, mut kept, mut admitted) = (START, Arrival::default(), Vec::new());
        for (pause, cost) in turns {
            now += pause;
            let expected = fits(rate, &admitted, now, cost);
            let (verdict, after) = rate.decide(Asked::Admit, cost, now, kept);
            prop_assert_eq!(verdict.is_allowed(), expected);
            if expected {
                admitted.push((now, cost));
            } else {
                prop_assert_eq!(after, kept);
            }
            // Neither is there less room than is said to remain, nor more.
            prop_assert!(fits(rate, &admitted, now, verdict.remaining));
            prop_assert!(!fits(rate, &admitted, now, verdict.remaining + 1));
            kept = after;
        }
    }

    #[test]
    fn charges_and_refunds_are_counted_to_the_fraction(
        rate in rates(),
        turns in prop::collection::vec((asked(), 0..400_u64, 0..30_u32), 1..200),
    ) {
        let (requests, period) = (u128::from(rate.requests()), rate.period().as_micros());
        let most = period * u128::from(rate.burst());
        let (mut now, mut kept, mut owed) = (START, Arrival::default(), 0_u128);
        for (asked, pause, cost) in turns {
            now += pause;
            owed = owed.saturating_sub(u128::from(pause) * requests);
            let price = u128::from(cost) * period;
            let there_is = owed + price <= most;
            owed = match asked {
                Asked::Admit if there_is => owed + price,
                Asked::Admit | Asked::Look => owed,
                Asked::Charge => most.min(owed + price),
                Asked::Refund => owed.saturating_sub(price),
            };
            let (verdict, after) = rate.decide(asked, cost, now, kept);
            prop_assert_eq!(verdict.is_allowed(), there_is || asked == Asked::Refund);
            prop_assert_eq!(u128::from(verdict.remaining), (most - owed) / period);
            prop_assert_eq!(verdict.reset_after.as_micros(), owed.div_ceil(requests));
            kept = after;
        }
    }

    #[test]
    fn who_waits_as_told_is_admitted_and_a_microsecond_earlier_is_not(
        rate in rates(), turns in turns(), cost in 1..20_u32,
    ) {
        let (now, kept) = after(rate, &turns);
        let (verdict, _) = rate.decide(Asked::Look, cost, now, kept);
        if let Some(wait) = verdict.retry_after() {
            let then = now + micros(wait);
            prop_assert!(look(rate, cost, then, kept).is_allowed());
            prop_assert!(!look(rate, cost, then - 1, kept).is_allowed());
        } else {
            prop_assert_eq!(verdict.is_allowed(), cost <= rate.burst());
        }
    }

    #[test]
    fn a_bucket_is_full_when_it_was_said_to_be_and_not_earlier(rate in rates(), turns in turns()) {
        let (now, kept) = after(rate, &turns);
        let reset = look(rate, 0, now, kept).reset_after;
        prop_assert!(look(rate, 0, now + micros(reset), kept).reset_after.is_zero());
        if !reset.is_zero() {
            let then = now + micros(reset) - 1;
            prop_assert!(!look(rate, 0, then, kept).reset_after.is_zero());
        }
    }

    #[test]
    fn what_was_charged_and_given_back_was_never_there(rate in rates(), turns in turns(), cost in 0..30_u32) {
        let (now, kept) = after(rate, &turns);
        let (verdict, charged) = rate.decide(Asked::Admit, cost, now, kept);
        if verdict.is_allowed() {
            let (_, back) = rate.decide(Asked::Refund, cost, now, charged);
            prop_assert_eq!(look(rate, 0, now, back), look(rate, 0, now, kept));
        }
    }

    #[test]
    fn nothing_that_is_kept_refuses_for_longer_than_a_burst_takes(
        rate in rates(), asked in asked(), cost in 0..30_u32, now: u64, micros: u64, part: u32,
    ) {
        let (verdict, _) = rate.decide(asked, cost, now, Arrival { micros, part });
        let longest = rate.most_owed().div_ceil(rate.requests().into());
        prop_assert!(verdict.reset_after <= Duration::from_micros(longest));
    }
}

/// The time and what is kept after these turns.
fn after(rate: Rate, turns: &[(u64, u32)]) -> (u64, Arrival) {
    let begin = (START, Arrival::default());
    turns.iter().fold(begin, |(now, kept), (pause, cost)| {
        let now = now + pause;
        (now, rate.decide(Asked::Admit, *cost, now, kept).1)
    })
}

fn look(rate: Rate, cost: u32, now: u64, kept: Arrival) -> Verdict {
    rate.decide(Asked::Look, cost, now, kept).0
}
