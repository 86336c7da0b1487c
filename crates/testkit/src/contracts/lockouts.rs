//! What every keeper of failed sign-ins promises.

use crate::Repositories;
use crate::builders::moment;
use domain::Digest;
use domain::accounts::{LockoutTerms, Outcome};
use futures::future::join_all;
use jiff::Timestamp;
use ports::accounts::{Begun, Counted};

const ADA: Counted = account(0xad);
const BOB: Counted = account(0xb0);
const CAFE: Counted = Counted {
    subject: Digest::new([0xcf; 32]),
    terms: LockoutTerms::SOURCE,
};

const fn account(byte: u8) -> Counted {
    Counted {
        subject: Digest::new([byte; 32]),
        terms: LockoutTerms::ACCOUNT,
    }
}

fn at(seconds: i64) -> Timestamp {
    moment(seconds)
}

async fn begun(db: &Repositories, counted: &[Counted], seconds: i64) -> Begun {
    let begun = db.lockouts.begin(counted, at(seconds)).await;
    begun.expect("can be written")
}

async fn held(db: &Repositories, counted: &[Counted], seconds: i64) -> Timestamp {
    match begun(db, counted, seconds).await {
        Begun::Held(held) => held,
        Begun::Refused(until) => panic!("refused until {until}"),
    }
}

async fn ended(db: &Repositories, ended: &[(Counted, Outcome)], held: Timestamp, seconds: i64) {
    let ended = db.lockouts.end(ended, held, at(seconds)).await;
    ended.expect("can be written");
}

/// Until when nobody may try; leaves no trace.
async fn seen(db: &Repositories, counted: Counted, seconds: i64) -> Option<Timestamp> {
    match begun(db, &[counted], seconds).await {
        Begun::Refused(until) => Some(until),
        Begun::Held(held) => {
            ended(db, &[(counted, Outcome::Open)], held, seconds).await;
            None
        }
    }
}

async fn fail(db: &Repositories, counted: Counted, seconds: i64) {
    let held = held(db, &[counted], seconds).await;
    ended(db, &[(counted, Outcome::Wrong)], held, seconds).await;
}

async fn lock(db: &Repositories, counted: Counted, seconds: i64) {
    for _ in 0..counted.terms.failures {
        fail(db, counted, seconds).await;
    }
}

async fn forgotten(db: &Repositories, seconds: i64) -> u64 {
    let forgotten = db.lockouts.forget(at(seconds), 10).await;
    forgotten.expect("can be written")
}

/// Those that are allowed, and then nobody, until the time is over.
pub async fn failures_lock_and_the_lockout_ends_by_itself(db: &Repositories) {
    assert_eq!(seen(db, ADA, 0).await, None);
    lock(db, ADA, 0).await;
    assert_eq!(seen(db, ADA, 1).await, Some(at(60)));
    assert_eq!(seen(db, ADA, 59).await, Some(at(60)));
    assert_eq!(seen(db, ADA, 60).await, None);
}

/// Each is remembered.
pub async fn the_next_lockout_lasts_longer(db: &Repositories) {
    lock(db, ADA, 0).await;
    lock(db, ADA, 60).await;
    assert_eq!(seen(db, ADA, 60).await, Some(at(180)));
}

/// Whoever is refused makes it no worse for the one who owns the account.
pub async fn who_is_locked_out_makes_it_no_longer(db: &Repositories) {
    lock(db, ADA, 0).await;
    for second in 0..30 {
        assert_eq!(begun(db, &[ADA], second).await, Begun::Refused(at(60)));
    }
    assert_eq!(seen(db, ADA, 59).await, Some(at(60)));
}

/// One has nothing to do with the other.
pub async fn everybody_has_their_own_failures(db: &Repositories) {
    lock(db, ADA, 0).await;
    assert_eq!(seen(db, ADA, 0).await, Some(at(60)));
    assert_eq!(seen(db, BOB, 0).await, None);
}

/// And only of that subject, for whom it was right.
pub async fn a_success_forgets_the_failures(db: &Repositories) {
    for _ in 1..ADA.terms.failures {
        fail(db, ADA, 0).await;
    }
    lock(db, BOB, 0).await;
    let held = held(db, &[ADA, CAFE], 0).await;
    ended(db, &[(ADA, Outcome::Right), (CAFE, Outcome::Open)], held, 0).await;
    assert_eq!(seen(db, BOB, 0).await, Some(at(60)));
    // As many as at first are allowed again.
    lock(db, ADA, 1).await;
    assert_eq!(seen(db, ADA, 1).await, Some(at(61)));
}

/// Whoever is found busy, or unknown for a technical reason, was not wrong.
pub async fn an_attempt_that_stays_open_is_no_failure(db: &Repositories) {
    for _ in 0..20 {
        assert_eq!(seen(db, ADA, 0).await, None);
    }
    lock(db, ADA, 0).await;
    assert_eq!(forgotten(db, 0).await, 0, "nothing else was left");
}

/// However many come at once, with whatever else they have in common: failures and attempts together are never more
/// than may fail, and a lockout is only for what has failed.
pub async fn of_many_at_once_no_more_get_through_than_are_allowed(db: &Repositories) {
    let all = (0..50_u8).map(|n| async move {
        // In whatever order they are named, nobody waits for each other.
        let mut counted = [account(n), ADA, CAFE];
        if n.is_multiple_of(2) {
            counted.reverse();
        }
        begun(db, &counted, 0).await
    });
    let all = join_all(all).await;
    let through = all.iter().filter(|one| matches!(one, Begun::Held(_)));
    assert_eq!(through.count(), ADA.terms.failures as usize);
    let told = all.iter().filter(|one| **one == Begun::Refused(at(1)));
    assert_eq!(told.count(), 45, "they come back in a moment: {all:?}");
    let rest = (50..90_u8).map(|n| async move { begun(db, &[CAFE, account(n)], 0).await });
    let rest = join_all(rest).await;
    let through = rest.iter().filter(|one| matches!(one, Begun::Held(_)));
    assert_eq!(through.count(), 5, "of the ten of the source");
    // All of them were right: nothing is held against anybody.
    let LockoutTerms { failures, .. } = ADA.terms;
    for _ in 0..failures {
        let both = [(ADA, Outcome::Right), (CAFE, Outcome::Open)];
        ended(db, &both, LockoutTerms::held_from(at(0)), 1).await;
    }
    lock(db, ADA, 1).await;
    assert_eq!(seen(db, ADA, 1).await, Some(at(61)));
}

/// And ends as many at once.
pub async fn of_many_that_fail_at_once_each_is_counted(db: &Repositories) {
    let (mut places, source) = (Vec::new(), CAFE);
    for n in 0..10_u8 {
        places.push((account(n), held(db, &[source, account(n)], 0).await));
    }
    let all = places.into_iter().map(|(account, held)| async move {
        let both = [(account, Outcome::Wrong), (source, Outcome::Wrong)];
        ended(db, &both, held, 1).await;
    });
    join_all(all).await;
    assert_eq!(seen(db, source, 1).await, Some(at(61)));
}

/// Who has failed has no place any more, and neither has anybody else in their stead.
pub async fn failures_take_places_too(db: &Repositories) {
    for _ in 0..3 {
        fail(db, ADA, 0).await;
    }
    let first = held(db, &[ADA], 1).await;
    let _second = held(db, &[ADA], 2).await;
    assert_eq!(begun(db, &[ADA], 3).await, Begun::Refused(at(4)));
    ended(db, &[(ADA, Outcome::Open)], first, 3).await;
    let _third = held(db, &[ADA], 3).await;
    assert_eq!(begun(db, &[ADA], 3).await, Begun::Refused(at(4)));
}

/// Both or none, and the lockout is what is told.
pub async fn who_is_refused_by_one_leaves_nothing_with_another(db: &Repositories) {
    lock(db, CAFE, 0).await;
    for _ in 0..20 {
        assert_eq!(begun(db, &[CAFE, ADA], 0).await, Begun::Refused(at(60)));
        assert_eq!(begun(db, &[ADA, CAFE], 0).await, Begun::Refused(at(60)));
    }
    let all = held(db, &[ADA], 0).await;
    ended(db, &[(ADA, Outcome::Open)], all, 0).await;
    assert_eq!(
        forgotten(db, 24 * 3_600 + 60).await,
        1,
        "only of the source"
    );
}

/// A process that was killed ends nothing.
pub async fn a_place_that_nobody_gives_back_comes_free(db: &Repositories) {
    for _ in 0..ADA.terms.failures {
        assert_eq!(held(db, &[ADA], 0).await, at(30));
    }
    assert_eq!(begun(db, &[ADA], 29).await, Begun::Refused(at(30)));
    let held = held(db, &[ADA], 30).await;
    // Whoever comes too late is counted, and takes nobody's place away.
    ended(db, &[(ADA, Outcome::Wrong)], at(30), 31).await;
    ended(db, &[(ADA, Outcome::Right)], held, 31).await;
    assert_eq!(seen(db, ADA, 31).await, None);
    assert_eq!(forgotten(db, 3_600).await, 0, "nothing is left");
}

/// Whoever tries meanwhile keeps the place.
pub async fn what_is_held_against_somebody_can_be_cleared(db: &Repositories) {
    lock(db, ADA, 0).await;
    lock(db, BOB, 0).await;
    let trying = held(db, &[CAFE], 0).await;
    let clear = || db.lockouts.clear(&[ADA, CAFE], at(1));
    clear().await.expect("can be written");
    clear().await.expect("twice is once");
    assert_eq!(seen(db, ADA, 1).await, None);
    assert_eq!(seen(db, BOB, 1).await, Some(at(60)));
    for _ in 1..CAFE.terms.failures {
        held(db, &[CAFE], 1).await;
    }
    assert_eq!(begun(db, &[CAFE], 1).await, Begun::Refused(at(2)));
    ended(db, &[(CAFE, Outcome::Open)], trying, 1).await;
    held(db, &[CAFE], 1).await;
    // The one after that lasts as long as the first.
    lock(db, ADA, 1).await;
    assert_eq!(seen(db, ADA, 1).await, Some(at(61)));
}

/// When it does not matter any more, and no sooner: a lockout after a day, failures that led to none after a minute.
pub async fn what_does_not_matter_any_more_is_forgotten(db: &Repositories) {
    lock(db, ADA, 0).await;
    fail(db, BOB, 0).await;
    assert_eq!(forgotten(db, 59).await, 0);
    assert_eq!(forgotten(db, 60).await, 1);
    let day = 24 * 3_600;
    assert_eq!(forgotten(db, day + 59).await, 0);
    assert_eq!(seen(db, ADA, 59).await, Some(at(60)));
    assert_eq!(forgotten(db, day + 60).await, 1);
    assert_eq!(seen(db, ADA, 59).await, None);
}

/// Strangers decide how many there are.
pub async fn no_more_are_forgotten_at_once_than_asked_for(db: &Repositories) {
    for n in 0..25 {
        fail(db, account(n), i64::from(n)).await;
    }
    assert_eq!(forgotten(db, 100).await, 10);
    assert_eq!(forgotten(db, 70).await, 1, "the oldest were first");
    assert_eq!(forgotten(db, 100).await, 10);
    assert_eq!(forgotten(db, 100).await, 4);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! lockout_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::lockouts,
            $fixture,
            [
                failures_lock_and_the_lockout_ends_by_itself,
                the_next_lockout_lasts_longer,
                who_is_locked_out_makes_it_no_longer,
                everybody_has_their_own_failures,
                a_success_forgets_the_failures,
                an_attempt_that_stays_open_is_no_failure,
                of_many_at_once_no_more_get_through_than_are_allowed,
                of_many_that_fail_at_once_each_is_counted,
                failures_take_places_too,
                who_is_refused_by_one_leaves_nothing_with_another,
                a_place_that_nobody_gives_back_comes_free,
                what_is_held_against_somebody_can_be_cleared,
                what_does_not_matter_any_more_is_forgotten,
                no_more_are_forgotten_at_once_than_asked_for,
            ]
        );
    };
}
