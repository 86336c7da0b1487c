//! Lockouts at their edges, and what holds of all of them.

use super::{Lockout, LockoutTerms, Outcome};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const TERMS: LockoutTerms = LockoutTerms::ACCOUNT;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_600_000 + seconds).expect("is an instant")
}

fn after(failures: &[i64]) -> Lockout {
    let none = Lockout::none(at(0));
    failures
        .iter()
        .fold(none, |known, second| known.failed(&TERMS, at(*second)))
}

#[test]
fn the_fifth_failure_within_a_minute_locks_for_a_minute() {
    assert_eq!(after(&[0, 1, 2, 3]).locked_at(at(3)), None);
    let locked = after(&[0, 1, 2, 3, 59]);
    assert_eq!(locked.locked_at(at(59)), Some(at(119)));
    assert_eq!(locked.locked_at(at(118)), Some(at(119)));
    assert_eq!(locked.locked_at(at(119)), None, "it ends by itself");
}

#[test]
fn failures_that_are_a_minute_apart_do_not_add_up() {
    assert_eq!(after(&[0, 1, 2, 3, 60]).locked_at(at(60)), None);
    assert_eq!(after(&[0, 1, 2, 3, 60]).failures, 1);
}

#[test]
fn each_lockout_lasts_twice_as_long_and_an_hour_at_most() {
    let (mut known, mut now, mut lasted) = (Lockout::none(at(0)), 0, Vec::new());
    for _ in 0..9 {
        for _ in 0..TERMS.failures {
            known = known.failed(&TERMS, at(now));
        }
        let until = known.locked_at(at(now)).expect("is locked");
        lasted.push(until.duration_since(at(now)).as_secs() / 60);
        now = until.as_second() - at(0).as_second();
    }
    assert_eq!(lasted, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn who_began_before_makes_a_lockout_no_longer() {
    let locked = after(&[0, 0, 0, 0, 0]);
    let more = after(&[0; 50]);
    assert_eq!(more.until, locked.until);
    assert_eq!(more.locks, 1);
}

#[test]
fn a_day_without_a_failure_forgets_it_all() {
    let locked = after(&[0; 5]);
    let end = 60 + 24 * 3_600;
    assert_eq!(locked.forgotten_at(&TERMS), at(end));
    assert_eq!(locked.clone().failed(&TERMS, at(end - 1)).locks, 1);
    assert_eq!(locked.failed(&TERMS, at(end)).locks, 0);
}

#[test]
fn a_clock_that_goes_back_locks_nobody_for_longer() {
    let locked = after(&[1_000; 5]);
    let back = locked.clone().failed(&TERMS, at(0));
    assert_eq!(back.until, locked.until);
}

fn trying(attempts: u32, known: Lockout, seconds: i64) -> Lockout {
    (0..attempts).fold(known, |known, _| {
        known.begun(&TERMS, at(seconds)).expect("has a place")
    })
}

#[test]
fn failures_and_attempts_together_are_no_more_than_may_fail() {
    let known = trying(3, after(&[0, 1]), 2);
    assert_eq!(known.clone().begun(&TERMS, at(2)), Err(at(3)));
    // What was right makes room for all; what was wrong for nobody.
    let wrong = known.clone().ended(at(32), Outcome::Wrong, &TERMS, at(3));
    assert_eq!(wrong.begun(&TERMS, at(3)), Err(at(4)));
    let open = known.clone().ended(at(32), Outcome::Open, &TERMS, at(3));
    trying(1, open, 3);
    let right = known.ended(at(32), Outcome::Right, &TERMS, at(3));
    assert_eq!((right.failures, right.held.len()), (0, 2));
    trying(3, right, 3);
}

#[test]
fn a_place_comes_free_by_itself() {
    let known = trying(5, Lockout::none(at(0)), 0);
    assert_eq!(known.clone().begun(&TERMS, at(29)), Err(at(30)));
    assert_eq!(trying(5, known, 30).held, [at(60); 5]);
}

#[test]
fn who_is_too_slow_is_counted_and_takes_nobodys_place() {
    let known = trying(1, Lockout::none(at(0)), 0);
    let late = trying(1, known, 31).ended(at(30), Outcome::Wrong, &TERMS, at(32));
    assert_eq!((late.failures, late.held), (1, vec![at(61)]));
}

#[test]
fn trying_does_not_keep_lockouts_in_mind_for_longer() {
    let locked = after(&[0; 5]);
    let day = 24 * 3_600;
    let tried = trying(1, locked.clone(), day).ended(at(day + 30), Outcome::Open, &TERMS, at(day));
    assert_eq!(tried, locked);
}

#[test]
fn failures_that_led_to_nothing_matter_for_a_minute_and_attempts_while_they_last() {
    assert_eq!(after(&[0, 9]).forgotten_at(&TERMS), at(60));
    assert_eq!(trying(1, after(&[0]), 50).forgotten_at(&TERMS), at(80));
    let tried = trying(1, Lockout::none(at(0)), 0);
    assert_eq!(tried.forgotten_at(&TERMS), at(30));
    let ended = tried.ended(at(30), Outcome::Open, &TERMS, at(1));
    assert!(ended.forgotten_at(&TERMS) <= at(1), "nothing is left");
}

proptest! {
    #[test]
    fn however_attempts_overlap_no_more_are_looked_at_than_may_fail(
        steps in prop::collection::vec((0..20_i64, any::<prop::sample::Index>(), 0..4_u8), 1..200),
    ) {
        let (mut known, mut now, mut looked_at) = (Lockout::none(at(0)), 0, Vec::new());
        for (pause, which, step) in steps {
            now += pause;
            looked_at.retain(|until| *until > at(now));
            if step == 0 && !looked_at.is_empty() {
                let held = looked_at.swap_remove(which.index(looked_at.len()));
                known = known.ended(held, Outcome::Wrong, &TERMS, at(now));
            } else if let Ok(begun) = known.clone().begun(&TERMS, at(now)) {
                looked_at.push(LockoutTerms::held_from(at(now)));
                prop_assert!(begun.failures + u32::try_from(looked_at.len()).unwrap() <= TERMS.failures
                    || begun.since + TERMS.within <= at(now));
                known = begun;
            }
            prop_assert!(looked_at.len() <= TERMS.failures as usize);
        }
    }

    #[test]
    fn whatever_fails_it_ends_within_an_hour_and_never_lets_more_than_allowed_through(
        pauses in prop::collection::vec(0..200_i64, 1..300),
    ) {
        let (mut known, mut now, mut tried) = (Lockout::none(at(0)), 0, Vec::new());
        for pause in pauses {
            now += pause;
            if let Some(until) = known.locked_at(at(now)) {
                prop_assert!(until.duration_since(at(now)) <= SignedDuration::from_hours(1));
                continue;
            }
            known = known.failed(&TERMS, at(now));
            tried.push(now);
        }
        // Two windows may meet at their edge: never more than twice as many within a minute.
        for (index, first) in tried.iter().enumerate() {
            let within = tried.iter().skip(index).take_while(|when| **when - first < 60).count();
            prop_assert!(within < 2 * TERMS.failures as usize, "{within}");
        }
    }

    #[test]
    fn no_number_is_too_large(failures: u32, locks: u32, seconds in -9_000_000_000_i64..9_000_000_000) {
        let until = Timestamp::from_second(seconds).ok();
        let held = until.into_iter().collect();
        let known = Lockout { failures, since: at(0), locks, until, held };
        let _ = known.clone().begun(&TERMS, Timestamp::MAX);
        let _ = known.clone().begun(&TERMS, Timestamp::MIN);
        let _ = known.failed(&TERMS, Timestamp::MAX).failed(&TERMS, Timestamp::MIN);
    }
}
