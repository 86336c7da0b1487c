//! Catches the panic of a future with its backtrace, so that it can be logged once, by whoever handles it.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::CatchUnwind;

use crate::telemetry::Metrics;

thread_local! {
    /// How many caught futures are being polled on this thread.
    static CATCHING: Cell<u32> = const { Cell::new(0) };
    /// What the hook saw of the latest panic on this thread.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

struct Seen {
    location: String,
    backtrace: String,
}

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("panicked at {location}: {message}")]
pub struct Panicked {
    /// What the panic said.
    pub message: String,
    /// File, line and column.
    pub location: String,
    /// The stack at the panic, as text; empty when it was not seen by the hook.
    pub backtrace: String,
}

impl Panicked {
    /// Reads the payload of a panic caught on this thread, or of a thread or task that was joined.
    #[must_use]
    pub fn from_payload(payload: Box<dyn Any + Send>) -> Self {
        let seen = SEEN.take();
        let payload = match payload.downcast::<Arc<Self>>() {
            Ok(shared) => return Self::clone(&shared),
            Err(payload) => payload,
        };
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let message = text
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message")
            .to_owned();
        let (location, backtrace) =
            seen.map_or_else(Default::default, |seen| (seen.location, seen.backtrace));
        Self {
            message,
            location,
            backtrace,
        }
    }

    /// Counts the panic and logs it at ERROR: call it once, where the panic is handled.
    pub fn report(&self, what: &str, metrics: &Metrics) {
        metrics.panicked();
        let Self {
            message,
            location,
            backtrace,
        } = self;
        tracing::error!(
            event = what,
            panic.message = message,
            panic.location = location,
            panic.backtrace = backtrace,
            "something panicked and was caught"
        );
    }

    /// Panics again with the same words and backtrace, without calling the hook.
    pub(crate) fn resume(self: &Arc<Self>) -> ! {
        panic::resume_unwind(Box::new(Arc::clone(self)))
    }
}

/// Runs a future and turns its panic into an error. Nothing is printed or logged here.
///
/// # Errors
/// [`Panicked`] when the future did.
pub fn caught<F: Future>(future: F) -> Caught<F> {
    install_hook();
    Caught(Box::pin(AssertUnwindSafe(future).catch_unwind()))
}

/// The future of [`caught`].
#[must_use = "futures do nothing unless polled"]
pub struct Caught<F: Future>(Pin<Box<CatchUnwind<AssertUnwindSafe<F>>>>);

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        CATCHING.set(CATCHING.get() + 1);
        // The inner future catches what unwinds, so the count is always taken back.
        let polled = self.0.as_mut().poll(context);
        CATCHING.set(CATCHING.get() - 1);
        polled.map_err(Panicked::from_payload)
    }
}

/// Puts our hook before the one there is, once. It stays silent for panics that will be caught and leaves others alone.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() > 0 {
                remember(info)
            } else {
                before(info)
            }
        }));
    });
}

fn remember(info: &PanicHookInfo<'_>) {
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    SEEN.set(Some(Seen {
        location,
        backtrace: Backtrace::force_capture().to_string(),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_with_its_place_and_backtrace() {
        let panicked = caught(async {
            tokio::task::yield_now().await;
            panic!("out of {}", "luck");
        })
        .await
        .expect_err("it panicked");
        assert_eq!(panicked.message, "out of luck");
        assert!(panicked.location.contains("panics.rs:"), "{panicked}");
        assert!(
            panicked.backtrace.contains("panics"),
            "{}",
            panicked.backtrace
        );
    }

    #[tokio::test]
    async fn a_future_that_does_not_panic_is_left_alone() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
        assert_eq!(CATCHING.get(), 0);
    }

    #[tokio::test]
    async fn a_panic_of_a_joined_task_is_read_as_well() {
        let joined = tokio::spawn(async { panic!("elsewhere") })
            .await
            .expect_err("it panicked");
        assert_eq!(
            Panicked::from_payload(joined.into_panic()).message,
            "elsewhere"
        );
    }

    #[tokio::test]
    async fn a_panic_that_is_passed_on_keeps_its_backtrace() {
        let first = Arc::new(
            caught(async { panic!("first") })
                .await
                .map(|(): ()| ())
                .expect_err("it panicked"),
        );
        let again = caught(async { first.resume() })
            .await
            .map(|(): ()| ())
            .expect_err("it panicked");
        assert_eq!(again, *first);
    }
}
