//! Carries out what the outbox says: objects of deleted photos go, caches forget people who changed.

use domain::accounts::images::ObjectKey;
use domain::events::EventKind;
use domain::ids::ImageId;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt};
use jiff::SignedDuration;
use ports::accounts::{ImageJanitor, ObjectStore, UserCache};
use ports::outbox::{Delivery, Outbox};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Delivers events, each at least once. Everything it does can be done twice.
pub struct DeliverEvents {
    /// Hands events out.
    pub outbox: Arc<dyn Outbox>,
    /// Knows which objects have to go.
    pub janitor: Arc<dyn ImageJanitor>,
    /// Keeps the objects.
    pub objects: Arc<dyn ObjectStore>,
    /// Remembers people.
    pub cache: Arc<dyn UserCache>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What one turn of the worker came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Events that are done with.
    pub settled: u32,
    /// Events that will be tried again.
    pub deferred: u32,
    /// Whether there may be more right now.
    pub more: bool,
}

impl DeliverEvents {
    /// Events leased in one turn.
    pub const BATCH: u32 = 100;
    /// For how long: longer than any turn takes, short enough that a dead worker's events move on soon.
    pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
    /// The longest wait between two tries of one event.
    pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(300);
    const AT_ONCE: usize = 4;

    /// Delivers one batch.
    ///
    /// # Errors
    /// [`Fault`] when the outbox itself cannot be read or written; what fails in a delivery only
    /// defers that delivery.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<Delivered, Fault> {
        let now = self.clock.now();
        let until = now.checked_add(Self::LEASE).unwrap_or(now);
        let deliveries = self.outbox.claim(now, until, Self::BATCH).await?;
        let more = deliveries.len() >= usize::try_from(Self::BATCH).unwrap_or(usize::MAX);
        let outcomes: Vec<Result<bool, Fault>> = stream::iter(deliveries)
            .map(|delivery| self.settle(delivery))
            .buffer_unordered(Self::AT_ONCE)
            .collect()
            .await;
        let mut delivered = Delivered {
            more,
            ..Delivered::default()
        };
        for outcome in outcomes {
            if outcome? {
                delivered.settled += 1;
            } else {
                delivered.deferred += 1;
            }
        }
        Ok(delivered)
    }

    async fn settle(&self, delivery: Delivery) -> Result<bool, Fault> {
        match self.deliver(&delivery).await {
            Ok(()) => {
                self.outbox.settle(delivery.seq).await?;
                Ok(true)
            }
            Err(fault) => {
                let wait = backoff(delivery.attempts);
                tracing::warn!(error = %Chain(&fault), event = delivery.event.kind.name(), attempts = delivery.attempts, wait_s = wait.as_secs(), "an event could not be delivered and will be tried again");
                let now = self.clock.now();
                self.outbox
                    .defer(delivery.seq, now.checked_add(wait).unwrap_or(now))
                    .await?;
                Ok(false)
            }
        }
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), Fault> {
        self.cache.kill(delivery.event.user).await?;
        match (delivery.event.kind, delivery.event.object) {
            (EventKind::ImageDeleted, Some(image)) => self.clear(ImageId::new(image)).await,
            (
                EventKind::UserRegistered
                | EventKind::UserChanged
                | EventKind::UserDeleted
                | EventKind::UserRestored
                | EventKind::UserSuspended
                | EventKind::UserActivated
                | EventKind::UserErased
                | EventKind::ImageAdded
                | EventKind::ImageDeleted,
                _,
            ) => Ok(()),
        }
    }

    async fn clear(&self, image: ImageId) -> Result<(), Fault> {
        clear(&*self.janitor, &*self.objects, image, self.clock.now())
            .await
            .map(|_objects| ())
    }
}

/// Deletes the objects of a doomed photo and buries it; answers how many objects went.
pub(super) async fn clear(
    janitor: &dyn ImageJanitor,
    objects: &dyn ObjectStore,
    image: ImageId,
    now: jiff::Timestamp,
) -> Result<usize, Fault> {
    let Some(keys) = janitor.doomed(image, now).await? else {
        return Ok(0);
    };
    delete_all(objects, &keys).await?;
    janitor.bury(image).await?;
    Ok(keys.len())
}

async fn delete_all(objects: &dyn ObjectStore, keys: &[ObjectKey]) -> Result<(), Fault> {
    try_join_all(keys.iter().map(|key| objects.delete(key)))
        .await
        .map(|_deleted| ())
}

/// 1 s, 2 s, 4 s, … up to [`DeliverEvents::LONGEST_WAIT`].
fn backoff(attempts: u32) -> SignedDuration {
    let seconds = 1_i64.checked_shl(attempts.min(30)).unwrap_or(i64::MAX);
    SignedDuration::from_secs(seconds).min(DeliverEvents::LONGEST_WAIT)
}

/// An error with all its causes, for the one log line it gets.
pub(super) struct Chain<'a>(pub(super) &'a (dyn std::error::Error + 'static));

impl core::fmt::Display for Chain<'_> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "{}", self.0)?;
        core::iter::successors(self.0.source(), |cause| cause.source())
            .try_for_each(|cause| write!(formatter, ": {cause}"))
    }
}

#[cfg(test)]
#[path = "deliver_tests.rs"]
mod tests;
