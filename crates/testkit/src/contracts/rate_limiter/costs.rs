//! What is charged, when, and how much of it.

use super::{a_bucket, admit, admitted, charge, is_hours, look, slow};
use ports::limits::RateLimiter;

/// What does not fit as a whole is not admitted in part.
pub async fn several_at_once_are_all_or_none(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(10));
    for left in [7, 4, 1] {
        let verdict = admit(limiter, &bucket, rate, 3).await;
        assert_eq!((verdict.is_allowed(), verdict.remaining), (true, left));
    }
    let refused = admit(limiter, &bucket, rate, 3).await;
    assert_eq!((refused.is_allowed(), refused.remaining), (false, 1));
    assert!(is_hours(
        refused.retry_after().expect("would fit one day"),
        2
    ));
    assert_eq!(admitted(limiter, &bucket, rate, 5).await, 1);
}

/// However long they wait, and it costs nothing.
pub async fn more_than_a_burst_is_never_admitted(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(10));
    for cost in [11, 12, u32::MAX] {
        let refused = admit(limiter, &bucket, rate, cost).await;
        assert_eq!((refused.is_allowed(), refused.remaining), (false, 10));
        assert_eq!(refused.retry_after(), None);
        assert_eq!(
            look(limiter, &bucket, rate, cost).await.retry_after(),
            None,
            "{cost}"
        );
    }
    assert!(admit(limiter, &bucket, rate, 10).await.is_allowed());
}

/// Also where nothing remains.
pub async fn nothing_costs_nothing(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(3));
    assert_eq!(admit(limiter, &bucket, rate, 0).await.remaining, 3);
    assert_eq!(admitted(limiter, &bucket, rate, 5).await, 3);
    assert!(admit(limiter, &bucket, rate, 0).await.is_allowed());
    assert!(look(limiter, &bucket, rate, 0).await.is_allowed());
}

/// It says what would be, and that does not come true by itself.
pub async fn a_look_charges_nothing(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(5));
    for taken in 0..5 {
        for _ in 0..10 {
            let seen = look(limiter, &bucket, rate, 1).await;
            assert_eq!((seen.is_allowed(), seen.remaining), (true, 5 - taken));
        }
        let beyond = look(limiter, &bucket, rate, 6 - taken).await;
        assert!(!beyond.is_allowed(), "{beyond:?}");
        assert!(admit(limiter, &bucket, rate, 1).await.is_allowed());
    }
    let seen = look(limiter, &bucket, rate, 1).await;
    assert!(is_hours(seen.retry_after().expect("is refused"), 1));
    assert!(is_hours(seen.reset_after, 5));
}

/// And however often it is made, the bucket owes no more than a burst.
pub async fn a_charge_is_made_also_where_there_is_less(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(5));
    let first = charge(limiter, &bucket, rate, 2).await;
    assert_eq!((first.is_allowed(), first.remaining), (true, 3));
    for cost in [4, 1, 100, u32::MAX] {
        let beyond = charge(limiter, &bucket, rate, cost).await;
        assert_eq!((beyond.is_allowed(), beyond.remaining), (false, 0));
        assert!(is_hours(beyond.reset_after, 5), "{beyond:?}");
        let seen = look(limiter, &bucket, rate, 1).await;
        assert!(is_hours(seen.retry_after().expect("is refused"), 1));
    }
}

/// As a sign-in does it: looked at before, charged after a wrong password.
pub async fn failures_alone_can_be_counted(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(5));
    let mut tried = 0;
    for right in [true, false, true, true, false, false, true, false, false] {
        assert!(look(limiter, &bucket, rate, 1).await.is_allowed());
        if !right {
            charge(limiter, &bucket, rate, 1).await;
        }
        tried += 1;
    }
    assert_eq!(tried, 9);
    assert!(!look(limiter, &bucket, rate, 1).await.is_allowed());
}

/// What is full stays as full as it was.
pub async fn a_refund_gives_back_what_was_charged_and_no_more(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), slow(5));
    let refund = async |cost| {
        let verdict = limiter.refund(&bucket, rate, cost).await;
        verdict.expect("can be reached")
    };
    assert_eq!(refund(3).await.remaining, 5);
    assert_eq!(admitted(limiter, &bucket, rate, 9).await, 5);
    let back = refund(2).await;
    assert_eq!((back.is_allowed(), back.remaining), (true, 2));
    assert!(is_hours(back.reset_after, 3), "{back:?}");
    assert_eq!(admitted(limiter, &bucket, rate, 9).await, 2);
    assert_eq!(refund(u32::MAX).await.remaining, 5);
    assert_eq!(admitted(limiter, &bucket, rate, 9).await, 5);
}
