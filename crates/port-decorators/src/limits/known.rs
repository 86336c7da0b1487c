//! How many processes there were when they could last be counted.

use core::fmt;
use core::num::NonZeroU32;
use ports::Fault;
use ports::replicas::{BEAT, Replicas};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::{MissedTickBehavior, interval};

/// As many answers are remembered: those of the time for which a process that is not heard still counts.
const REMEMBERED: usize = 5;

/// Says that this process lives, and remembers how many others said so.
///
/// What counts is the most of the last five answers. After a loss the first who is heard again counts alone until
/// the others have spoken, and whoever is lost again just then must not take the share of all.
pub struct KnownReplicas {
    replicas: Arc<dyn Replicas>,
    answers: Mutex<[NonZeroU32; REMEMBERED]>,
    lost: AtomicBool,
}

impl KnownReplicas {
    /// Knows of this process alone, until somebody answered.
    #[must_use]
    pub fn new(replicas: Arc<dyn Replicas>) -> Self {
        Self {
            replicas,
            answers: Mutex::new([NonZeroU32::MIN; REMEMBERED]),
            lost: AtomicBool::new(false),
        }
    }

    /// How many there are, with this one, as far as is known.
    #[must_use]
    pub fn count(&self) -> NonZeroU32 {
        let most = self.answers().iter().copied().max();
        most.unwrap_or(NonZeroU32::MIN)
    }

    /// Says that this process lives, once; remembers the answer.
    ///
    /// # Errors
    /// [`Fault`] when nobody answered. What is remembered stays.
    pub async fn beat(&self) -> Result<(), Fault> {
        let answer = self.replicas.beat().await?;
        let mut answers = self.answers();
        answers.rotate_right(1);
        let [newest, ..] = &mut *answers;
        *newest = answer;
        Ok(())
    }

    /// Says it every two seconds for ever; this is a job's work.
    pub async fn follow(&self) {
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            self.note(self.beat().await);
        }
    }

    /// Says that this process does not live any more. Nothing depends on it: it would be missed.
    pub async fn leave(&self) {
        if let Err(fault) = self.replicas.leave().await {
            let error: &dyn std::error::Error = &fault;
            tracing::debug!(error, "the other processes will miss this one");
        }
    }

    fn note(&self, beaten: Result<(), Fault>) {
        let (error, known) = (beaten.err(), self.count().get());
        let was_lost = self.lost.swap(error.is_some(), Ordering::Relaxed);
        match error {
            Some(error) if !was_lost => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(
                    error,
                    count = known,
                    "the other processes cannot be counted"
                );
            }
            None if was_lost => {
                tracing::info!(count = known, "the other processes are counted again")
            }
            Some(_) | None => {}
        }
    }

    fn answers(&self) -> MutexGuard<'_, [NonZeroU32; REMEMBERED]> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KnownReplicas {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KnownReplicas")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
