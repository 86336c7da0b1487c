//! What time does to a bucket, as its clients are told.

use super::{a_bucket, admit, admitted, look, rate};
use core::time::Duration;
use ports::limits::RateLimiter;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// A hundredth more than that.
fn and_a_little(wait: Duration) -> Duration {
    wait + wait / 100
}

/// Asked every few milliseconds, so it shows when the answer changes.
pub async fn whoever_waits_as_told_is_admitted_and_nobody_earlier(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), rate(2, SECOND, 3));
    assert_eq!(admitted(limiter, &bucket, rate, 3).await, 3);
    let before = Instant::now();
    let told = look(limiter, &bucket, rate, 1).await;
    let after = Instant::now();
    let told = told.retry_after().expect("nothing remains");
    assert!(told <= SECOND / 2, "{told:?}");
    loop {
        let asked = Instant::now();
        if admit(limiter, &bucket, rate, 1).await.is_allowed() {
            break;
        }
        assert!(asked - after < and_a_little(told), "was told {told:?}");
        sleep(Duration::from_millis(3)).await;
    }
    assert!(and_a_little(before.elapsed()) >= told, "was told {told:?}");
}

/// Somebody who asks all the time is served as soon as somebody who waits.
pub async fn a_refusal_does_not_make_the_wait_longer(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), rate(1, SECOND, 2));
    assert_eq!(admitted(limiter, &bucket, rate, 2).await, 2);
    let told = admit(limiter, &bucket, rate, 1).await;
    let told = told.retry_after().expect("nothing remains");
    for _ in 0..50 {
        let refused = admit(limiter, &bucket, rate, 1).await;
        // On a machine that stood still it may be there by now.
        if let Some(wait) = refused.retry_after() {
            assert!(wait <= told, "{wait:?} after {told:?}");
        }
    }
    sleep(and_a_little(told)).await;
    assert!(admit(limiter, &bucket, rate, 1).await.is_allowed());
}

/// What was not used is not saved up beyond the burst.
pub async fn a_bucket_fills_up_and_no_further(limiter: &dyn RateLimiter) {
    let (bucket, rate) = (a_bucket(), rate(10, SECOND, 3));
    assert_eq!(admitted(limiter, &bucket, rate, 3).await, 3);
    let reset = look(limiter, &bucket, rate, 1).await.reset_after;
    assert!(reset <= SECOND * 3 / 10, "{reset:?}");
    sleep(and_a_little(reset) + SECOND / 2).await;
    let full = look(limiter, &bucket, rate, 3).await;
    assert!(full.is_allowed(), "{full:?}");
    assert_eq!((full.remaining, full.reset_after), (3, Duration::ZERO));
    let before = Instant::now();
    let again = admitted(limiter, &bucket, rate, 20).await;
    let fell_in = u32::try_from(before.elapsed().as_millis() / 100).expect("is a moment");
    assert!((3..=4 + fell_in).contains(&again), "{again}");
}
