//! Which places an attempt takes, under which names, and what becomes of it.

use super::{AttemptError, Attempts};
use crate::fixtures::{are_named, attempts, ending, fault, now, user_id};
use core::time::Duration;
use domain::accounts::{Email, LockoutTerms, Outcome};
use domain::limits::Source;
use jiff::{SignedDuration, Timestamp};
use ports::Fault;
use ports::accounts::{Begun, MockLockoutRepository};

const OF_SIGNING_IN: [&str; 2] = ["sign-in source", "sign-in account"];

fn in_seconds(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn ada() -> Email {
    Email::parse("Ada@example.org").unwrap()
}

/// Signs in with this outcome; who fails with `Broken` is wrong.
async fn settled(attempts: &Attempts, outcome: Result<u8, Fault>) -> Result<u8, Fault> {
    let attempt = attempts.sign_in(&ada(), Source::UNKNOWN).await.unwrap();
    let is_wrong = |fault: &Fault| matches!(fault, Fault::Broken { .. });
    attempts.settle(attempt, outcome, is_wrong).await
}

fn wrong() -> Result<u8, Fault> {
    Err(Fault::broken("password", "wrong", fault()))
}

#[tokio::test]
async fn an_attempt_takes_a_place_with_its_source_and_its_account() {
    let mut lockouts = MockLockoutRepository::new();
    let begin = lockouts.expect_begin().times(1);
    begin
        .withf(|counted, at| {
            let terms: Vec<LockoutTerms> = counted.iter().map(|counted| counted.terms).collect();
            are_named(counted, &OF_SIGNING_IN)
                && terms == [LockoutTerms::SOURCE, LockoutTerms::ACCOUNT]
                && *at == now()
        })
        .returning(|_, _| Ok(Begun::Held(in_seconds(30))));
    let begun = attempts(lockouts).sign_in(&ada(), Source::UNKNOWN).await;
    assert!(begun.is_ok(), "{begun:?}");
}

#[tokio::test]
async fn a_success_clears_the_account_and_leaves_the_source() {
    let lockouts = ending(&[
        ("sign-in source", Outcome::Open),
        ("sign-in account", Outcome::Right),
    ]);
    assert_eq!(settled(&attempts(lockouts), Ok(7)).await.unwrap(), 7);
}

#[tokio::test]
async fn a_wrong_password_is_a_failure_of_both() {
    let lockouts = ending(&[
        ("sign-in source", Outcome::Wrong),
        ("sign-in account", Outcome::Wrong),
    ]);
    let outcome = settled(&attempts(lockouts), wrong()).await;
    assert!(matches!(outcome, Err(Fault::Broken { .. })), "{outcome:?}");
}

#[tokio::test]
async fn what_nobody_knows_is_nobodys_failure() {
    let lockouts = ending(&[
        ("sign-in source", Outcome::Open),
        ("sign-in account", Outcome::Open),
    ]);
    let outcome = settled(&attempts(lockouts), Err(fault())).await;
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_failure_that_cannot_be_written_is_not_told() {
    for (outcome, told) in [(Ok(7), true), (wrong(), false)] {
        let mut lockouts = MockLockoutRepository::new();
        let begin = lockouts.expect_begin();
        begin.returning(|_, _| Ok(Begun::Held(in_seconds(30))));
        lockouts.expect_end().returning(|_, _, _| Err(fault()));
        let outcome = settled(&attempts(lockouts), outcome).await;
        let unavailable = matches!(outcome, Err(Fault::Unavailable { .. }));
        assert_eq!((outcome.is_ok(), unavailable), (told, !told), "{outcome:?}");
    }
}

#[tokio::test]
async fn whoever_may_not_try_is_told_when_to_come_back() {
    for (until, seconds) in [(90, 90), (1, 1), (0, 1)] {
        let mut lockouts = MockLockoutRepository::new();
        let begin = lockouts.expect_begin();
        begin.returning(move |_, _| Ok(Begun::Refused(in_seconds(until))));
        match attempts(lockouts).sign_in(&ada(), Source::UNKNOWN).await {
            Err(AttemptError::Locked { retry_after }) => {
                assert_eq!(retry_after, Duration::from_secs(seconds));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn who_is_signed_in_is_counted_apart_from_who_signs_in() {
    let attempts = attempts(ending(&[("password of", Outcome::Wrong)]));
    let attempt = attempts.confirm(user_id(7)).await.unwrap();
    let outcome = attempts.settle(attempt, wrong(), |_| true).await;
    assert!(outcome.is_err());
}

#[tokio::test]
async fn a_new_password_clears_the_account_by_all_its_names() {
    let mut lockouts = MockLockoutRepository::new();
    let clear = lockouts.expect_clear().times(1);
    clear
        .withf(|counted, at| {
            are_named(counted, &["sign-in account", "password of"]) && *at == now()
        })
        .returning(|_, _| Ok(()));
    attempts(lockouts).forgive(user_id(7)).await;
}

#[tokio::test]
async fn a_fault_is_a_fault() {
    let mut lockouts = MockLockoutRepository::new();
    lockouts.expect_begin().returning(|_, _| Err(fault()));
    let outcome = attempts(lockouts).sign_in(&ada(), Source::UNKNOWN).await;
    assert!(
        matches!(outcome, Err(AttemptError::Fault(_))),
        "{outcome:?}"
    );
}
