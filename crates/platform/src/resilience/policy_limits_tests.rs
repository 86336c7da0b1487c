//! Times, places and numbers of a policy, with time standing still.

use futures::FutureExt;
use futures::future::join_all;

use super::tests::*;
use super::*;
use crate::resilience::BulkheadTerms;

#[tokio::test(start_paused = true)]
async fn an_attempt_is_given_up_in_time_and_counts_as_failed() {
    let (policy, began) = (policy(touchy()), Instant::now());
    assert_eq!(hang(&policy).await, Err(TIMED_OUT));
    assert_eq!(began.elapsed(), seconds(2));
    assert_eq!(hang(&policy).await, Err(TIMED_OUT));
    assert_eq!(policy.state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_slow_dependency_opens_the_circuit_though_it_answers() {
    let policy = policy(touchy());
    for _ in 0..2 {
        assert_eq!(work(&policy, seconds(1), Ok(1)).await, Ok(1));
    }
    assert_eq!(policy.state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_back_its_place_and_its_permit() {
    let policy = opened(touchy(), None).await;
    tokio::time::advance(seconds(5)).await;
    for _ in 0..10 {
        let mut probe = Box::pin(hang(&policy));
        assert!(probe.as_mut().now_or_never().is_none());
        assert_eq!(
            (policy.state(), policy.in_flight()),
            (CircuitState::HalfOpen, 1)
        );
        assert!(write(&policy, Ok(1)).await.is_err());
    }
    assert_eq!(policy.in_flight(), 0);
    assert_eq!(write(&policy, Ok(1)).await, Ok(1));
    assert_eq!(policy.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn when_too_many_wait_the_next_is_refused_at_once_and_not_counted() {
    let bulkhead = BulkheadTerms {
        at_once: 2,
        waiting: 1,
    };
    let policy = policy(Terms {
        bulkhead,
        ..touchy()
    });
    let mut inside: Vec<_> = (0..3).map(|_| Box::pin(hang(&policy))).collect();
    for call in &mut inside {
        assert!(call.as_mut().now_or_never().is_none());
    }
    assert_eq!(policy.in_flight(), 2);
    for _ in 0..10 {
        let refused = write(&policy, Ok(1)).now_or_never();
        assert_eq!(refused, Some(Err(Trouble::Refused(Rejection::Full))));
    }
    assert_eq!(policy.state(), CircuitState::Closed);
    drop(inside);
    assert_eq!(write(&policy, Ok(1)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_deadline_passes_in_the_queue_was_never_sent() {
    let bulkhead = BulkheadTerms {
        at_once: 1,
        waiting: 9,
    };
    let policy = policy(Terms {
        bulkhead,
        deadline: seconds(2),
        ..terms()
    });
    let patient = policy.lasting(seconds(60));
    let (held, waited) = tokio::join!(hang(&patient), write(&policy, Ok(1)));
    assert_eq!(waited, Err(Trouble::Refused(Rejection::Deadline)));
    assert_eq!(held, Err(TIMED_OUT));
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_while_the_circuit_opens_is_refused_and_not_sent() {
    let bulkhead = BulkheadTerms {
        at_once: 2,
        waiting: 9,
    };
    let policy = policy(Terms {
        bulkhead,
        ..touchy()
    });
    let calls = (0..11).map(|_| hang(&policy));
    let (began, outcomes) = (Instant::now(), join_all(calls).await);
    let sent = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(TIMED_OUT));
    assert_eq!(sent.count(), 2, "{outcomes:?}");
    assert_eq!(began.elapsed(), seconds(2));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_lost_its_time_in_the_queue_says_nothing_of_the_dependency() {
    let bulkhead = BulkheadTerms {
        at_once: 1,
        waiting: 9,
    };
    let mut terms = touchy();
    terms.breaker.slow_call = seconds(60);
    let policy = policy(Terms {
        bulkhead,
        deadline: seconds(4),
        ..terms
    });
    let busy = || work(&policy, Duration::from_millis(1_900), Err(BENT));
    for _ in 0..9 {
        let outcomes = tokio::join!(busy(), busy(), hang(&policy));
        assert_eq!(outcomes, (Err(BENT), Err(BENT), Err(TIMED_OUT)));
    }
    assert_eq!(policy.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_lasting_call_has_its_own_limit_and_the_same_circuit() {
    let policy = policy(touchy());
    let (patient, began) = (policy.lasting(seconds(20)), Instant::now());
    // Ten seconds would be slow, as one of two is for other calls.
    assert_eq!(work(&patient, seconds(9), Ok(1)).await, Ok(1));
    assert_eq!(work(&patient, seconds(9), Ok(1)).await, Ok(1));
    assert_eq!(policy.state(), CircuitState::Closed);
    // And when enough hang for so long, that is known before they end.
    let meanwhile = async {
        sleep(seconds(11)).await;
        assert_eq!(write(&policy, Ok(1)).await, Err(shut(seconds(4))));
        assert_eq!(policy.state(), CircuitState::Open);
    };
    let hanging = join_all((0..4).map(|_| hang(&patient)));
    let (hung, ()) = tokio::join!(hanging, meanwhile);
    assert_eq!(hung, [Err(TIMED_OUT); 4]);
    assert_eq!(began.elapsed(), seconds(38));
}

#[tokio::test(start_paused = true)]
async fn every_number_exists_from_the_start_and_moves_with_what_happens() {
    let metrics = Metrics::new("1");
    let published = |line: &str| {
        let text = metrics.encode_openmetrics();
        assert!(
            text.lines().any(|found| found == line),
            "no {line} in\n{text}"
        );
    };
    let policy = Policy::new(terms(), Some(&metrics));
    published(r#"dependency_circuit_state{dependency="shelf"} 0"#);
    published(r#"dependency_retries_total{dependency="shelf"} 0"#);
    published(r#"dependency_calls_in_flight{dependency="shelf"} 0"#);
    for reason in Rejection::REASONS {
        published(&format!(
            r#"dependency_rejections_total{{dependency="shelf",reason="{reason}"}} 0"#
        ));
    }
    let mut call = Box::pin(hang(&policy));
    assert!(call.as_mut().now_or_never().is_none());
    published(r#"dependency_calls_in_flight{dependency="shelf"} 1"#);
    assert_eq!(call.await, Err(TIMED_OUT));
    published(r#"dependency_calls_in_flight{dependency="shelf"} 0"#);
    published(r#"dependency_rejections_total{dependency="shelf",reason="timed_out"} 1"#);
    ask(&policy, &[Err(DOWN), Ok(1)]).await.0.expect("is well");
    published(r#"dependency_retries_total{dependency="shelf"} 1"#);
    let policy = opened(touchy(), Some(&metrics)).await;
    published(r#"dependency_circuit_state{dependency="shelf"} 2"#);
    assert!(write(&policy, Ok(1)).await.is_err());
    published(r#"dependency_rejections_total{dependency="shelf",reason="circuit_open"} 1"#);
    tokio::time::advance(seconds(5)).await;
    let mut probe = Box::pin(hang(&policy));
    assert!(probe.as_mut().now_or_never().is_none());
    published(r#"dependency_circuit_state{dependency="shelf"} 1"#);
}

#[tokio::test(start_paused = true)]
async fn a_lasting_call_that_tries_the_circuit_out_is_given_up_when_it_is_slow() {
    let policy = policy(touchy());
    let patient = policy.lasting(seconds(20));
    for _ in 0..2 {
        assert_eq!(hang(&policy).await, Err(TIMED_OUT));
    }
    sleep(seconds(5)).await;
    let began = Instant::now();
    assert_eq!(hang(&patient).await, Err(TIMED_OUT));
    assert_eq!(
        began.elapsed(),
        seconds(10),
        "half of 20, as one of two is for other calls"
    );
    assert_eq!(policy.state(), CircuitState::Open);
}
