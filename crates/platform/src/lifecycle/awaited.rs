//! Waiting at the start for a part that cannot be done without, since parts of one installation start in any order.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::{Instant, sleep};

/// Asks for a part again and again until it is there, an error is not one that passes, or `within` is over: then the last
/// error is the answer. Pauses grow from 0.2 s to 5 s and are jittered; each try that failed is logged.
///
/// # Errors
/// What the last try answered.
pub async fn awaited<T, E, F>(
    part: &'static str,
    within: Duration,
    passes: impl Fn(&E) -> bool,
    mut ask: impl FnMut() -> F,
) -> Result<T, E>
where
    E: Error + 'static,
    F: Future<Output = Result<T, E>>,
{
    let until = Instant::now() + within;
    let mut pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(5))
        .without_max_times()
        .with_jitter()
        .build();
    loop {
        let error = match ask().await {
            Ok(there) => return Ok(there),
            Err(error) => error,
        };
        let pause = pauses.next().unwrap_or(within);
        if !passes(&error) || Instant::now() + pause > until {
            return Err(error);
        }
        tracing::warn!(
            component = part,
            error = &error as &(dyn Error + 'static),
            backoff_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            "waiting for a part that is needed"
        );
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::io;

    const MINUTE: Duration = Duration::from_secs(60);

    fn refused() -> io::Error {
        io::ErrorKind::ConnectionRefused.into()
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_comes_late_is_waited_for() {
        let (began, asked) = (Instant::now(), Cell::new(0));
        let ask = || {
            asked.set(asked.get() + 1);
            let there = began.elapsed() > Duration::from_secs(20);
            async move { if there { Ok(7) } else { Err(refused()) } }
        };
        assert_eq!(awaited("database", MINUTE, |_| true, ask).await.unwrap(), 7);
        assert!(
            began.elapsed() < Duration::from_secs(31),
            "{:?}",
            began.elapsed()
        );
        assert!((5..30).contains(&asked.get()), "{}", asked.get());
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_never_comes_is_given_up() {
        let began = Instant::now();
        let outcome = awaited(
            "database",
            MINUTE,
            |_| true,
            || async { Err::<(), _>(refused()) },
        );
        assert_eq!(
            outcome.await.unwrap_err().kind(),
            io::ErrorKind::ConnectionRefused
        );
        assert!(began.elapsed() <= MINUTE, "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_pass_is_told_at_once() {
        let began = Instant::now();
        let outcome = awaited(
            "database",
            MINUTE,
            |_| false,
            || async { Err::<(), _>(refused()) },
        );
        assert!(outcome.await.is_err() && began.elapsed().is_zero());
    }
}
