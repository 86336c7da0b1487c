//! Retries, verdicts and the circuit of a policy, with time standing still.

use std::cell::{Cell, RefCell};
use std::future::pending;

use futures::future::ready;

use super::*;
use crate::resilience::{BreakerTerms, BudgetTerms, BulkheadTerms};

/// What a dependency may answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Says(Verdict),
    Refused(Rejection),
}

pub(super) const NO: Trouble = Trouble::Says(Verdict::Answered);
pub(super) const DOWN: Trouble = Trouble::Says(Verdict::Passing);
pub(super) const LOST: Trouble = Trouble::Says(Verdict::Uncertain);
pub(super) const BENT: Trouble = Trouble::Says(Verdict::Broken);
pub(super) const TIMED_OUT: Trouble = Trouble::Refused(Rejection::TimedOut);

pub(super) fn judge(trouble: &Trouble) -> Verdict {
    match trouble {
        Trouble::Says(verdict) => *verdict,
        Trouble::Refused(_) => Verdict::Passing,
    }
}

pub(super) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Never opens, so that each test turns on what it is about.
pub(super) fn terms() -> Terms {
    Terms {
        name: "shelf",
        deadline: seconds(30),
        retries: 2,
        base_delay: Duration::from_millis(100),
        max_delay: Duration::from_millis(100),
        budget: BudgetTerms {
            earned: 0.0,
            most: 100,
        },
        breaker: BreakerTerms {
            minimum_calls: u32::MAX,
            ..BreakerTerms::default()
        },
        bulkhead: BulkheadTerms::default(),
        attempt_timeout: seconds(2),
    }
}

/// Opens after two failures, for five seconds, and closes after one success.
pub(super) fn touchy() -> Terms {
    Terms {
        retries: 0,
        breaker: BreakerTerms {
            minimum_calls: 2,
            open_for: seconds(5),
            half_open_permits: 1,
            ..BreakerTerms::default()
        },
        ..terms()
    }
}

pub(super) fn policy(terms: Terms) -> Policy {
    Policy::new(terms, None)
}

/// Calls again and again with these answers; how it ended, and how many attempts there were.
pub(super) async fn ask(
    policy: &Policy,
    answers: &[Result<u32, Trouble>],
) -> (Result<u32, Trouble>, usize) {
    let attempts = Cell::new(0);
    let outcome = policy.idempotent(judge, Trouble::Refused, || {
        attempts.set(attempts.get() + 1);
        ready(answers[attempts.get() - 1])
    });
    (outcome.await, attempts.get())
}

pub(super) async fn write(policy: &Policy, answer: Result<u32, Trouble>) -> Result<u32, Trouble> {
    policy.once(judge, Trouble::Refused, || ready(answer)).await
}

/// A call that takes its time.
pub(super) async fn work(
    policy: &Policy,
    time: Duration,
    answer: Result<u32, Trouble>,
) -> Result<u32, Trouble> {
    let attempt = || async move {
        sleep(time).await;
        answer
    };
    policy.once(judge, Trouble::Refused, attempt).await
}

/// A call that never ends by itself.
pub(super) async fn hang(policy: &Policy) -> Result<u32, Trouble> {
    policy.once(judge, Trouble::Refused, pending).await
}

pub(super) async fn opened(terms: Terms, metrics: Option<&Metrics>) -> Policy {
    let policy = Policy::new(terms, metrics);
    for _ in 0..2 {
        assert_eq!(write(&policy, Err(DOWN)).await, Err(DOWN));
    }
    assert_eq!(policy.state(), CircuitState::Open);
    policy
}

pub(super) fn shut(retry_after: Duration) -> Trouble {
    Trouble::Refused(Rejection::CircuitOpen { retry_after })
}

#[tokio::test(start_paused = true)]
async fn what_fails_in_passing_is_tried_again_and_nothing_else_is() {
    let policy = policy(terms());
    let answers = [Err(DOWN), Err(DOWN), Ok(1)];
    assert_eq!(ask(&policy, &answers).await, (Ok(1), 3));
    assert_eq!(ask(&policy, &[Err(DOWN); 3]).await, (Err(DOWN), 3));
    for last in [NO, LOST, BENT] {
        assert_eq!(ask(&policy, &[Err(last)]).await, (Err(last), 1));
        let answers = [Err(DOWN), Err(last)];
        assert_eq!(ask(&policy, &answers).await, (Err(last), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_called_once_is_called_once() {
    let policy = policy(terms());
    assert_eq!(write(&policy, Err(DOWN)).await, Err(DOWN));
    assert_eq!(write(&policy, Ok(1)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn retries_end_with_the_budget_and_calls_earn_new_ones() {
    let budget = BudgetTerms {
        earned: 0.5,
        most: 2,
    };
    let policy = policy(Terms { budget, ..terms() });
    // What the first call earns does not fit in any more; the second earns half a retry.
    assert_eq!(ask(&policy, &[Err(DOWN); 3]).await.1, 3);
    assert_eq!(ask(&policy, &[Err(DOWN); 3]).await.1, 1);
    assert_eq!(ask(&policy, &[Err(DOWN); 3]).await.1, 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_tried_again_beyond_the_deadline() {
    let terms = Terms {
        deadline: seconds(5),
        retries: 9,
        ..terms()
    };
    let (policy, began) = (policy(terms), Instant::now());
    let attempts = RefCell::new(Vec::new());
    let outcome: Result<u32, Trouble> = policy
        .idempotent(judge, Trouble::Refused, || {
            attempts.borrow_mut().push(began.elapsed());
            pending()
        })
        .await;
    assert_eq!(outcome, Err(TIMED_OUT));
    assert_eq!(attempts.borrow().len(), 3, "{attempts:?}");
    assert_eq!(began.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_answers_at_once_until_its_time_is_over() {
    let policy = opened(touchy(), None).await;
    let began = Instant::now();
    assert_eq!(write(&policy, Ok(1)).await, Err(shut(seconds(5))));
    assert_eq!(ask(&policy, &[]).await, (Err(shut(seconds(5))), 0));
    assert_eq!(began.elapsed(), Duration::ZERO);
    tokio::time::advance(seconds(5)).await;
    assert_eq!(write(&policy, Ok(1)).await, Ok(1));
    assert_eq!(policy.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn rejections_of_its_own_keep_no_circuit_open() {
    let policy = opened(touchy(), None).await;
    for _ in 0..100 {
        assert!(write(&policy, Ok(1)).await.is_err());
    }
    tokio::time::advance(seconds(5)).await;
    assert_eq!(write(&policy, Ok(1)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_dependency_that_says_no_works() {
    let policy = policy(touchy());
    for _ in 0..100 {
        assert_eq!(write(&policy, Err(NO)).await, Err(NO));
    }
    assert_eq!(policy.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn uncertain_outcomes_count_and_broken_ones_do_not() {
    let policy = policy(touchy());
    for _ in 0..100 {
        assert_eq!(write(&policy, Err(BENT)).await, Err(BENT));
    }
    assert_eq!(policy.state(), CircuitState::Closed);
    for _ in 0..2 {
        assert_eq!(write(&policy, Err(LOST)).await, Err(LOST));
    }
    assert_eq!(policy.state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn what_went_wrong_is_told_rather_than_that_it_cannot_be_tried_again() {
    let policy = policy(Terms {
        retries: 9,
        ..touchy()
    });
    assert_eq!(ask(&policy, &[Err(DOWN); 9]).await, (Err(DOWN), 2));
    assert_eq!(policy.state(), CircuitState::Open);
}
