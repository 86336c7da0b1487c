//! Keeps a slow dependency from taking all there is: a few attempts at once, a short queue, and no at once to the rest.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::terms::BulkheadTerms;

#[derive(Debug)]
pub(super) struct Bulkhead {
    at_once: usize,
    /// Places for those under way and those who wait.
    places: Semaphore,
    /// Places for those under way.
    under_way: Semaphore,
}

/// One attempt's place; free again when this is dropped.
#[derive(Debug)]
#[must_use = "the place is free again when this is dropped"]
pub(super) struct Place<'a> {
    _under_way: SemaphorePermit<'a>,
    _place: SemaphorePermit<'a>,
}

impl Bulkhead {
    pub(super) fn new(terms: BulkheadTerms) -> Self {
        let at_once = terms.at_once.clamp(1, Semaphore::MAX_PERMITS);
        let places = at_once
            .saturating_add(terms.waiting)
            .min(Semaphore::MAX_PERMITS);
        Self {
            at_once,
            places: Semaphore::new(places),
            under_way: Semaphore::new(at_once),
        }
    }

    /// Waits for a place, first come first served; `None` at once when too many wait already.
    pub(super) async fn enter(&self) -> Option<Place<'_>> {
        let place = self.places.try_acquire().ok()?;
        let under_way = self.under_way.acquire().await.ok()?;
        Some(Place {
            _under_way: under_way,
            _place: place,
        })
    }

    pub(super) fn under_way(&self) -> usize {
        self.at_once
            .saturating_sub(self.under_way.available_permits())
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn narrow() -> Bulkhead {
        Bulkhead::new(BulkheadTerms {
            at_once: 1,
            waiting: 1,
        })
    }

    #[tokio::test]
    async fn one_works_one_waits_and_the_third_is_refused_at_once() {
        let bulkhead = narrow();
        let first = bulkhead.enter().await.expect("is free");
        let mut second = Box::pin(bulkhead.enter());
        assert!(second.as_mut().now_or_never().is_none());
        let third = bulkhead.enter().now_or_never();
        assert!(third.expect("is answered at once").is_none());
        drop(first);
        assert!(second.await.is_some());
        assert_eq!(bulkhead.under_way(), 0);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_makes_room_for_another() {
        let bulkhead = narrow();
        let _first = bulkhead.enter().await.expect("is free");
        let mut second = Box::pin(bulkhead.enter());
        assert!(second.as_mut().now_or_never().is_none());
        drop(second);
        assert!(bulkhead.enter().now_or_never().is_none());
        assert_eq!(bulkhead.under_way(), 1);
    }
}
