//! Counts work under way, so that a drain knows what it waits for and can name what it left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// A named counter of work under way.
#[derive(Debug, Clone)]
pub struct InFlight(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    count: AtomicUsize,
    idle: Notify,
}

/// One piece of work; it ends when this is dropped.
#[derive(Debug)]
#[must_use = "the work counts as done when this is dropped"]
pub struct InFlightGuard(Arc<Inner>);

impl InFlight {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            count: AtomicUsize::new(0),
            idle: Notify::new(),
        }))
    }

    /// What is counted.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Begins a piece of work.
    pub fn enter(&self) -> InFlightGuard {
        self.0.count.fetch_add(1, Ordering::AcqRel);
        InFlightGuard(Arc::clone(&self.0))
    }

    /// How many pieces of work are under way.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count.load(Ordering::Acquire)
    }

    /// Waits until nothing is under way.
    pub async fn idle(&self) {
        loop {
            let idle = self.0.idle.notified();
            tokio::pin!(idle);
            // Listening begins before looking, or the last guard could be dropped in between.
            idle.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            idle.await;
        }
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn idle_comes_with_the_last_guard() {
        let counter = InFlight::new("requests");
        counter.idle().await;
        let (first, second) = (counter.enter(), counter.enter());
        let waiting = tokio::spawn({
            let counter = counter.clone();
            async move { counter.idle().await }
        });
        drop(first);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished() && counter.count() == 1);
        drop(second);
        waiting.await.expect("it ends");
    }
}
