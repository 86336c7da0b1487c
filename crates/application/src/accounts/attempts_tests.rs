//! What is charged for an attempt, when, and under which name.

use super::AttemptError;
use crate::fixtures::{attempts, fault, now, pseudonym, user_id};
use core::time::Duration;
use domain::accounts::{Email, LockoutTerms};
use domain::limits::Source;
use jiff::{SignedDuration, Timestamp};
use ports::accounts::MockLockoutRepository;

fn in_seconds(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn ada() -> Email {
    Email::parse("Ada@example.org").unwrap()
}

#[tokio::test]
async fn an_account_is_charged_before_and_its_source_after_a_failure() {
    let mut lockouts = MockLockoutRepository::new();
    let mut order = mockall::Sequence::new();
    let look = lockouts.expect_look().times(1).in_sequence(&mut order);
    look.withf(|subject, at| (*subject, *at) == (pseudonym("sign-in source"), now()))
        .returning(|_, _| Ok(None));
    for (kind, terms) in [
        ("sign-in account", LockoutTerms::ACCOUNT),
        ("sign-in source", LockoutTerms::SOURCE),
    ] {
        let charge = lockouts.expect_charge().times(1).in_sequence(&mut order);
        charge
            .withf(move |subject, charged, at| {
                (*subject, *charged, *at) == (pseudonym(kind), terms, now())
            })
            .returning(|_, _, _| Ok(None));
    }
    let attempts = attempts(lockouts);
    let attempt = attempts.sign_in(&ada(), Source::UNKNOWN).await.unwrap();
    attempts.failed(attempt).await.unwrap();
}

#[tokio::test]
async fn a_success_clears_the_account_and_leaves_the_source() {
    let mut lockouts = MockLockoutRepository::new();
    lockouts.expect_look().returning(|_, _| Ok(None));
    lockouts
        .expect_charge()
        .times(1)
        .returning(|_, _, _| Ok(None));
    let clear = lockouts.expect_clear().times(1);
    clear
        .withf(|subject| *subject == pseudonym("sign-in account"))
        .returning(|_| Ok(()));
    let attempts = attempts(lockouts);
    let attempt = attempts.sign_in(&ada(), Source::UNKNOWN).await.unwrap();
    attempts.succeeded(attempt).await;
}

#[tokio::test]
async fn whoever_is_locked_is_told_when_to_come_back() {
    for (source, account, seconds) in [(Some(90), None, 90), (None, Some(7), 7), (None, Some(0), 1)]
    {
        let mut lockouts = MockLockoutRepository::new();
        lockouts
            .expect_look()
            .returning(move |_, _| Ok(source.map(in_seconds)));
        lockouts
            .expect_charge()
            .returning(move |_, _, _| Ok(account.map(in_seconds)));
        let attempts = attempts(lockouts);
        match attempts.sign_in(&ada(), Source::UNKNOWN).await {
            Err(AttemptError::Locked { retry_after }) => {
                assert_eq!(retry_after, Duration::from_secs(seconds));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_locked_source_charges_no_account() {
    let mut lockouts = MockLockoutRepository::new();
    lockouts
        .expect_look()
        .returning(|_, _| Ok(Some(in_seconds(9))));
    lockouts.expect_charge().never();
    let outcome = attempts(lockouts).sign_in(&ada(), Source::UNKNOWN).await;
    assert!(matches!(outcome, Err(AttemptError::Locked { .. })));
}

#[tokio::test]
async fn who_is_signed_in_is_counted_apart_from_who_signs_in() {
    let mut lockouts = MockLockoutRepository::new();
    let charge = lockouts.expect_charge().times(1);
    charge
        .withf(|subject, _, _| *subject == pseudonym("password of"))
        .returning(|_, _, _| Ok(None));
    let attempts = attempts(lockouts);
    let attempt = attempts.confirm(user_id(7)).await.unwrap();
    attempts.failed(attempt).await.unwrap();
}

#[tokio::test]
async fn a_fault_is_a_fault() {
    let mut lockouts = MockLockoutRepository::new();
    lockouts.expect_look().returning(|_, _| Err(fault()));
    let outcome = attempts(lockouts).sign_in(&ada(), Source::UNKNOWN).await;
    assert!(
        matches!(outcome, Err(AttemptError::Fault(_))),
        "{outcome:?}"
    );
}
