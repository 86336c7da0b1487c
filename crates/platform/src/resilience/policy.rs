//! The one object through which a dependency is called; the order of its parts is decided here.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::breaker::{Admission, Breaker};
use super::budget::Budget;
use super::bulkhead::{Bulkhead, Place};
use super::circuit::CircuitState;
use super::retry::Pauses;
use super::terms::{LONGEST, Terms};
use super::verdict::{Rejection, Verdict};
use super::window::Sample;
use crate::telemetry::Metrics;
use crate::telemetry::metrics::DependencyMeasures;

/// How one dependency is called. Cloning is counting a reference; all clones share circuit, bulkhead and budget.
#[derive(Debug, Clone)]
pub struct Policy {
    shared: Arc<Shared>,
    limits: Limits,
}

#[derive(Debug)]
struct Shared {
    terms: Terms,
    budget: Budget,
    breaker: Breaker,
    bulkhead: Bulkhead,
    measures: DependencyMeasures,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    deadline: Duration,
    attempt: Duration,
    slow: Duration,
    /// The longest an attempt takes that was let through to see how it fares.
    probe: Duration,
}

/// Why an attempt came to nothing.
enum Failure<E> {
    /// It was not made.
    Refused(Rejection),
    /// It was made.
    Failed(E),
}

impl<E> From<Rejection> for Failure<E> {
    fn from(rejection: Rejection) -> Self {
        Self::Refused(rejection)
    }
}

impl Policy {
    /// A policy with nothing counted yet. With `metrics` its numbers are published under the name of the dependency, and
    /// all of them exist from now on.
    #[must_use]
    pub fn new(terms: Terms, metrics: Option<&Metrics>) -> Self {
        let measures = metrics.map_or_else(DependencyMeasures::default, |metrics| {
            metrics.dependency(terms.name, &Rejection::REASONS)
        });
        let shared = Shared {
            budget: Budget::new(terms.budget),
            breaker: Breaker::new(terms.name, terms.breaker, measures.clone()),
            bulkhead: Bulkhead::new(terms.bulkhead),
            measures,
            terms,
        };
        let limits = Limits {
            deadline: terms.deadline.min(LONGEST),
            attempt: terms.attempt_timeout,
            slow: terms.breaker.slow_call,
            probe: terms.attempt_timeout,
        };
        Self {
            shared: Arc::new(shared),
            limits,
        }
    }

    /// The same policy for calls that take long by nature: `limit` is their deadline and their attempt timeout, and they
    /// are slow after the same share of it as other calls. One that was let through to see how it fares is given up when
    /// it is slow: by then the verdict is known. Circuit, bulkhead and budget stay shared.
    #[must_use]
    pub fn lasting(&self, limit: Duration) -> Self {
        let attempt = self.shared.terms.attempt_timeout.as_secs_f64();
        let share = self.shared.terms.breaker.slow_call.as_secs_f64() / attempt;
        let slow = Duration::try_from_secs_f64(limit.as_secs_f64() * share);
        let slow = slow.unwrap_or(Duration::MAX);
        let limits = Limits {
            deadline: limit.min(LONGEST),
            attempt: limit,
            slow,
            probe: limit.min(slow),
        };
        Self {
            shared: Arc::clone(&self.shared),
            limits,
        }
    }

    /// Which dependency.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.shared.terms.name
    }

    /// The longest one attempt takes.
    #[must_use]
    pub fn attempt_timeout(&self) -> Duration {
        self.limits.attempt
    }

    /// Whether calls are let through right now.
    #[must_use]
    pub fn state(&self) -> CircuitState {
        self.shared.breaker.state()
    }

    /// How many attempts are under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.shared.bulkhead.under_way()
    }

    /// Makes a call that may be made twice, again when it failed in passing, as long as there are deadline and budget.
    /// `judge` says what an error means and `refuse` what a rejection is among the errors; an attempt that had no answer in
    /// time is tried again if `judge` finds [`Rejection::TimedOut`] passing.
    ///
    /// # Errors
    /// What the last attempt that was made answered, or else the rejection.
    pub async fn idempotent<T, E, F>(
        &self,
        judge: impl Fn(&E) -> Verdict,
        refuse: impl Fn(Rejection) -> E,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let until = Instant::now() + self.limits.deadline;
        let mut pauses = Pauses::of(&self.shared.terms);
        let mut failed = None;
        self.shared.budget.earn();
        loop {
            let error = match self.attempt(until, &judge, &refuse, &mut attempt).await {
                Ok(answer) => return Ok(answer),
                // What went wrong says more than that it could not be tried again.
                Err(Failure::Refused(rejection)) => {
                    return Err(failed.unwrap_or_else(|| refuse(rejection)));
                }
                Err(Failure::Failed(error)) => error,
            };
            if judge(&error) != Verdict::Passing {
                return Err(error);
            }
            let Some(pause) = self.may_retry(&mut pauses, until) else {
                return Err(error);
            };
            failed = Some(error);
            sleep(pause).await;
        }
    }

    /// Makes a call that is never made twice.
    ///
    /// # Errors
    /// What the attempt answered, or the rejection.
    pub async fn once<T, E, F>(
        &self,
        judge: impl Fn(&E) -> Verdict,
        refuse: impl Fn(Rejection) -> E,
        attempt: impl FnOnce() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let until = Instant::now() + self.limits.deadline;
        let outcome = self.attempt(until, &judge, &refuse, attempt).await;
        outcome.map_err(|failure| match failure {
            Failure::Refused(rejection) => refuse(rejection),
            Failure::Failed(error) => error,
        })
    }

    /// How long to wait before the next attempt, if there may be one; pays for it.
    fn may_retry(&self, pauses: &mut Pauses, until: Instant) -> Option<Duration> {
        let pause = pauses.next()?;
        let left = until.saturating_duration_since(Instant::now());
        // Whoever tries a circuit out does so for all others, and once.
        let closed = self.state() == CircuitState::Closed;
        if !closed || pause >= left || !self.shared.budget.spend() {
            return None;
        }
        self.shared.measures.retried();
        tracing::debug!(
            dependency = self.name(),
            delay_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            "a call failed and is tried again after a pause"
        );
        Some(pause)
    }

    /// One attempt: circuit, bulkhead, timeout.
    async fn attempt<T, E, F>(
        &self,
        until: Instant,
        judge: &impl Fn(&E) -> Verdict,
        refuse: &impl Fn(Rejection) -> E,
        attempt: impl FnOnce() -> F,
    ) -> Result<T, Failure<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let admission = self.admitted()?;
        let _place = self.placed(until).await?;
        let mut admission = admission.renewed().map_err(|wait| self.shut(wait))?;
        let began = Instant::now();
        let left = until.saturating_duration_since(began);
        if left.is_zero() {
            return Err(self.refused(Rejection::Deadline).into());
        }
        let _counted = self.shared.measures.call();
        let limit = match admission.is_probe() {
            true => self.limits.probe,
            false => self.limits.attempt,
        };
        let mut attempt = pin!(timeout(left.min(limit), attempt()));
        let answer = match timeout(self.limits.slow, &mut attempt).await {
            Ok(answer) => answer,
            Err(_slow) => {
                admission.overdue();
                attempt.await
            }
        };
        let slow = began.elapsed() >= self.limits.slow;
        let failed = match &answer {
            Ok(answer) => failed(answer, judge),
            // With less than half of its time, the rest of it spent in the queue, it says nothing of the dependency.
            Err(_elapsed) => (left >= self.limits.attempt / 2).then_some(true),
        };
        if let Some(failed) = failed {
            admission.settle(Sample { failed, slow });
        }
        match answer {
            Ok(answer) => answer.map_err(Failure::Failed),
            Err(_elapsed) => Err(Failure::Failed(refuse(self.refused(Rejection::TimedOut)))),
        }
    }

    fn admitted(&self) -> Result<Admission<'_>, Rejection> {
        let breaker = &self.shared.breaker;
        breaker.admit().map_err(|wait| self.shut(wait))
    }

    async fn placed(&self, until: Instant) -> Result<Place<'_>, Rejection> {
        match timeout_at(until, self.shared.bulkhead.enter()).await {
            Ok(Some(place)) => Ok(place),
            Ok(None) => Err(self.refused(Rejection::Full)),
            Err(_elapsed) => Err(self.refused(Rejection::Deadline)),
        }
    }

    fn shut(&self, retry_after: Duration) -> Rejection {
        self.refused(Rejection::CircuitOpen { retry_after })
    }

    /// Counts a rejection.
    fn refused(&self, rejection: Rejection) -> Rejection {
        self.shared.measures.rejected(rejection.reason());
        rejection
    }
}

/// Whether the dependency failed, if its answer says anything about that.
fn failed<T, E>(answer: &Result<T, E>, judge: impl Fn(&E) -> Verdict) -> Option<bool> {
    match answer.as_ref().err().map(judge) {
        None | Some(Verdict::Answered) => Some(false),
        Some(Verdict::Passing | Verdict::Uncertain) => Some(true),
        Some(Verdict::Broken) => None,
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "policy_limits_tests.rs"]
mod limits_tests;
