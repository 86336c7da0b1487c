//! What a caller hears of a part that is down, hangs or says no.

use super::Guarded;
use async_trait::async_trait;
use core::time::Duration;
use domain::ids::ImageId;
use futures::FutureExt as _;
use futures::future::pending;
use jiff::Timestamp;
use platform::resilience::{BreakerTerms, BulkheadTerms, CircuitState, Policy, Rejection, Terms};
use ports::Fault;
use ports::accounts::{
    ImageRepository as _, MockImageRepository, MockUserRepository, SaveUserError, SetAvatarError,
    UserRepository as _,
};
use ports::outbox::{Delivery, Outbox};
use std::error::Error as _;
use std::sync::Arc;
use testkit::builders::{a_commit, a_user, an_id, moment};
use tokio::time::Instant;

pub(super) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Two retries, two seconds an attempt, and a circuit that never opens.
fn terms() -> Terms {
    Terms {
        name: "shelf",
        deadline: seconds(30),
        retries: 2,
        base_delay: Duration::ZERO,
        breaker: BreakerTerms {
            minimum_calls: u32::MAX,
            ..BreakerTerms::default()
        },
        attempt_timeout: seconds(2),
        ..Terms::default()
    }
}

/// A circuit that opens for five seconds after two failures.
fn touchy() -> Terms {
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

/// A port with two retries.
pub(super) fn guarded<P>(inner: P) -> Guarded<P> {
    under(terms(), inner)
}

fn under<P>(terms: Terms, inner: P) -> Guarded<P> {
    Guarded::new(Arc::new(inner), Policy::new(terms, None))
}

/// What a driver says that cannot connect.
pub(super) fn down() -> Fault {
    Fault::unavailable("shelf", "connection refused")
}

/// Why a call was rejected, by its chain of causes.
pub(super) fn rejection(fault: &Fault) -> Option<Rejection> {
    fault.source()?.downcast_ref().copied()
}

/// A part that takes everything and answers nothing.
struct Stuck;

#[async_trait]
impl Outbox for Stuck {
    async fn claim(&self, _: Timestamp, _: Timestamp, _: u32) -> Result<Vec<Delivery>, Fault> {
        pending().await
    }

    async fn settle(&self, _: i64) -> Result<(), Fault> {
        pending().await
    }

    async fn defer(&self, _: i64, _: Timestamp) -> Result<(), Fault> {
        pending().await
    }
}

async fn claim(outbox: &impl Outbox) -> Result<Vec<Delivery>, Fault> {
    outbox.claim(moment(0), moment(9), 9).await
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_in_passing_is_tried_again_and_answered() {
    let (ada, mut failures) = (Arc::new(a_user().build()), 2);
    let (mut inner, found) = (MockUserRepository::new(), Arc::clone(&ada));
    let find = inner.expect_find().times(3);
    find.returning(move |_| {
        failures -= 1;
        if failures >= 0 {
            Err(down())
        } else {
            Ok(Some(Arc::clone(&found)))
        }
    });
    let users = guarded(inner);
    assert_eq!(users.find(ada.id).await.expect("is found"), Some(ada));
}

#[tokio::test(start_paused = true)]
async fn what_is_broken_or_uncertain_is_not_tried_again() {
    let ada = a_user().build().id;
    for fault in [
        || Fault::broken("shelf", "row 1", "no such column"),
        || Fault::uncertain("shelf", "connection reset"),
    ] {
        let mut inner = MockUserRepository::new();
        let find = inner.expect_find().once();
        find.returning(move |_| Err(fault()));
        let heard = guarded(inner).find(ada).await.expect_err("fails");
        assert_eq!(heard.to_string(), fault().to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_answers_at_once_and_keeps_its_hands_off_the_part() {
    let ada = a_user().build();
    let (mut users, mut images) = (MockUserRepository::new(), MockImageRepository::new());
    let save = users.expect_save().times(2);
    save.returning(|_, _, _| Err(down().into()));
    users.expect_find().never();
    images.expect_set_avatar().never();
    // Two ports of one dependency share its circuit.
    let policy = Policy::new(touchy(), None);
    let users = Guarded::new(Arc::new(users), policy.clone());
    let images = Guarded::new(Arc::new(images), policy);
    for _ in 0..2 {
        let saved = users.save(&ada, ada.version, &a_commit()).await;
        assert!(matches!(&saved, Err(SaveUserError::Fault(fault)) if rejection(fault).is_none()));
    }
    let began = Instant::now();
    let retry_after = seconds(5);
    let expected = Some(Rejection::CircuitOpen { retry_after });
    let read = users.find(ada.id).await.expect_err("is shut");
    assert_eq!(rejection(&read), expected);
    let image = ImageId::new(an_id());
    let written = images.set_avatar(ada.id, image, &a_commit()).await;
    let Err(SetAvatarError::Fault(fault @ Fault::Unavailable { backend, .. })) = written else {
        panic!("{written:?}")
    };
    assert_eq!((backend, rejection(&fault)), ("shelf", expected));
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_domain_opens_nothing() {
    let ada = a_user().build();
    let mut inner = MockUserRepository::new();
    let save = inner.expect_save().times(100);
    save.returning(|_, _, _| Err(SaveUserError::LastAdmin));
    let users = under(touchy(), inner);
    for _ in 0..100 {
        let saved = users.save(&ada, ada.version, &a_commit()).await;
        assert!(matches!(saved, Err(SaveUserError::LastAdmin)), "{saved:?}");
    }
    assert_eq!(users.policy.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_back_its_place_and_its_permit() {
    let outbox = under(touchy(), Stuck);
    for _ in 0..2 {
        claim(&outbox).await.expect_err("hangs");
    }
    tokio::time::advance(seconds(5)).await;
    for _ in 0..10 {
        let mut probe = Box::pin(claim(&outbox));
        assert!(probe.as_mut().now_or_never().is_none());
        let seen = (outbox.policy.state(), outbox.policy.in_flight());
        assert_eq!(seen, (CircuitState::HalfOpen, 1));
    }
    assert_eq!(outbox.policy.in_flight(), 0);
    let mut inner = MockUserRepository::new();
    inner.expect_is_empty().once().returning(|| Ok(true));
    let users = Guarded::new(Arc::new(inner), outbox.policy.clone());
    assert!(users.is_empty().await.expect("is let through"));
    assert_eq!(outbox.policy.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_write_without_an_answer_in_time_may_have_been_done() {
    let (stuck, began) = (guarded(Stuck), Instant::now());
    let claimed = claim(&stuck).await.expect_err("hangs");
    let settled = stuck.settle(1).await.expect_err("hangs");
    for fault in [claimed, settled] {
        assert!(matches!(fault, Fault::Uncertain { .. }), "{fault:?}");
        assert_eq!(rejection(&fault), Some(Rejection::TimedOut));
    }
    assert_eq!(began.elapsed(), seconds(4));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_refused_before_it_was_sent_did_nothing() {
    let bulkhead = BulkheadTerms {
        at_once: 1,
        waiting: 1,
    };
    let stuck = under(
        Terms {
            bulkhead,
            deadline: seconds(1),
            ..terms()
        },
        Stuck,
    );
    let patient = Guarded::new(Arc::new(Stuck), stuck.policy.lasting(seconds(60)));
    let held = claim(&patient);
    let (waits, full) = (claim(&stuck), claim(&stuck));
    let (held, waited, full) = tokio::join!(held, waits, full);
    assert!(matches!(held, Err(Fault::Uncertain { .. })), "{held:?}");
    for (outcome, reason) in [(waited, Rejection::Deadline), (full, Rejection::Full)] {
        let fault = outcome.expect_err("is refused");
        assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
        assert_eq!(rejection(&fault), Some(reason));
    }
}
