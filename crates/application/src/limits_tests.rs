//! Who is counted with whom, and what an answer says.

use super::{Counted, LimitRequests, RateRules, RequestKind};
use crate::Caller;
use crate::fixtures::{fault, pseudonym, pseudonyms, user_id};
use core::time::Duration;
use domain::accounts::Role;
use domain::limits::{Bucket, Rate, Source, Verdict};
use ports::limits::MockRateLimiter;
use std::sync::{Arc, Mutex};

fn rate(requests: u32, seconds: u64, burst: u32) -> Rate {
    Rate::parse(requests, Duration::from_secs(seconds), burst).unwrap()
}

fn rules() -> RateRules {
    RateRules {
        requests: rate(100, 1, 200),
        keys: rate(10_000, 1, 20_000),
        uploads: rate(20, 60, 20),
    }
}

/// Says what a bucket that owes so many requests says.
fn verdict(rate: Rate, owed: u32) -> Verdict {
    let (verdict, _) = rate.settle(domain::limits::Asked::Admit, 1, rate.price_of(owed));
    verdict
}

/// What was asked of the limiter, when it owes so many requests of each rule.
async fn counted(
    caller: Caller,
    kind: RequestKind,
    owed: u32,
) -> (Option<Counted>, Vec<(String, Rate)>) {
    let asked = Arc::<Mutex<Vec<_>>>::default();
    let (mut limiter, noted) = (MockRateLimiter::new(), Arc::clone(&asked));
    limiter.expect_admit().returning(move |bucket, rate, cost| {
        assert_eq!(cost, 1);
        noted.lock().unwrap().push((bucket.to_string(), rate));
        Ok(verdict(rate, owed))
    });
    let limit = LimitRequests {
        limiter: Arc::new(limiter),
        pseudonyms: pseudonyms(),
        rules: rules(),
    };
    let counted = limit.run(&caller, Source::UNKNOWN, kind).await;
    let asked = asked.lock().unwrap().clone();
    (counted, asked)
}

fn member() -> Caller {
    Caller::signed_in(user_id(7), Role::Member)
}

#[tokio::test]
async fn a_person_is_counted_wherever_they_are_and_strangers_by_their_source() {
    let (said, asked) = counted(member(), RequestKind::Plain, 0).await;
    assert_eq!(asked, [(format!("user:{}", user_id(7)), rules().requests)]);
    let said = said.unwrap();
    assert_eq!((said.rule, said.verdict.remaining), ("default", 199));

    let (_, asked) = counted(Caller::ANONYMOUS, RequestKind::Plain, 0).await;
    assert_eq!(
        asked,
        [(format!("source:{}", pseudonym("source")), rules().requests)]
    );
}

#[tokio::test]
async fn an_upload_counts_twice_and_the_narrower_rule_is_told() {
    let (said, asked) = counted(member(), RequestKind::Upload, 0).await;
    let names: Vec<String> = asked.into_iter().map(|(bucket, _)| bucket).collect();
    let id = user_id(7);
    assert_eq!(names, [format!("user:{id}"), format!("uploads:{id}")]);
    let said = said.unwrap();
    assert_eq!((said.rule, said.verdict.remaining), ("uploads", 19));
    assert!(said.verdict.is_allowed());
}

#[tokio::test]
async fn what_one_rule_refuses_the_other_is_not_asked() {
    let (said, asked) = counted(member(), RequestKind::Upload, 200).await;
    assert_eq!(asked.len(), 1);
    assert_eq!(said.unwrap().rule, "default");

    let (said, _) = counted(member(), RequestKind::Upload, 20).await;
    let said = said.unwrap();
    assert_eq!((said.rule, said.verdict.is_allowed()), ("uploads", false));
}

#[tokio::test]
async fn where_nobody_can_count_nobody_is_refused() {
    let mut limiter = MockRateLimiter::new();
    limiter
        .expect_admit()
        .returning(|_: &Bucket, _, _| Err(fault()));
    let limit = LimitRequests {
        limiter: Arc::new(limiter),
        pseudonyms: pseudonyms(),
        rules: rules(),
    };
    for kind in [RequestKind::Plain, RequestKind::Upload] {
        assert_eq!(limit.run(&member(), Source::UNKNOWN, kind).await, None);
    }
}
