//! A circuit that many share: tickets that give themselves back, a log line and a gauge for each change of state.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::circuit::{Circuit, CircuitState, Ticket};
use super::terms::BreakerTerms;
use super::window::Sample;
use crate::telemetry::metrics::DependencyMeasures;

#[derive(Debug)]
pub(super) struct Breaker {
    name: &'static str,
    circuit: Mutex<Circuit>,
    measures: DependencyMeasures,
}

impl Breaker {
    pub(super) fn new(
        name: &'static str,
        terms: BreakerTerms,
        measures: DependencyMeasures,
    ) -> Self {
        measures.circuit(CircuitState::Closed.severity());
        Self {
            name,
            circuit: Mutex::new(Circuit::new(terms, Instant::now())),
            measures,
        }
    }

    pub(super) fn state(&self) -> CircuitState {
        self.lock().state()
    }

    /// Lets an attempt through, or says how long to stay away.
    pub(super) fn admit(&self) -> Result<Admission<'_>, Duration> {
        let ticket = self.change(|circuit, now| circuit.admit(now))?;
        Ok(Admission {
            breaker: self,
            ticket: Some(ticket),
        })
    }

    /// Works on the circuit; a change of state is told once, in the order in which it happened.
    fn change<T>(&self, work: impl FnOnce(&mut Circuit, Instant) -> T) -> T {
        let mut circuit = self.lock();
        let before = circuit.state();
        let outcome = work(&mut circuit, Instant::now());
        let after = circuit.state();
        if before != after {
            self.tell(after);
        }
        outcome
    }

    fn tell(&self, state: CircuitState) {
        self.measures.circuit(state.severity());
        let (dependency, now) = (self.name, state.as_str());
        match state {
            CircuitState::Open => tracing::warn!(
                dependency,
                state = now,
                "too many calls failed or were slow, none is let through for a while"
            ),
            CircuitState::HalfOpen => {
                tracing::info!(dependency, state = now, "a few calls are let through")
            }
            CircuitState::Closed => {
                tracing::info!(dependency, state = now, "all calls are let through again")
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one attempt. Dropped without a result, as when its future is cancelled, it counts for nothing.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    breaker: &'a Breaker,
    ticket: Option<Ticket>,
}

impl Admission<'_> {
    /// Whether it was let through to see how it fares.
    pub(super) fn is_probe(&self) -> bool {
        self.ticket.as_ref().is_some_and(Ticket::is_probe)
    }

    /// The attempt is slow already; it goes on.
    pub(super) fn overdue(&mut self) {
        if let Some(ticket) = &mut self.ticket {
            self.breaker
                .change(|circuit, now| circuit.overdue(ticket, now));
        }
    }

    /// The same if it is still good, else a new one: the circuit may have opened while its holder waited for a place.
    pub(super) fn renewed(self) -> Result<Self, Duration> {
        let ticket = self.ticket.as_ref();
        if ticket.is_some_and(|ticket| self.breaker.lock().honours(ticket)) {
            return Ok(self);
        }
        let breaker = self.breaker;
        drop(self);
        breaker.admit()
    }

    /// Tells how the attempt went.
    pub(super) fn settle(mut self, sample: Sample) {
        self.give_back(Some(sample));
    }

    fn give_back(&mut self, sample: Option<Sample>) {
        if let Some(ticket) = self.ticket.take() {
            self.breaker
                .change(|circuit, now| circuit.settle(ticket, sample, now));
        }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.give_back(None);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracing::field::{Field, Visit};
    use tracing::{Event, Subscriber};
    use tracing_subscriber::Layer;
    use tracing_subscriber::layer::{Context, SubscriberExt};

    use super::*;

    /// Keeps what log lines say of `dependency` and `state`.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Heard {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            event.record(&mut self.clone());
        }
    }

    impl Visit for Heard {
        fn record_str(&mut self, field: &Field, value: &str) {
            if ["dependency", "state"].contains(&field.name()) {
                self.0.lock().expect("not poisoned").push(value.to_owned());
            }
        }

        fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_of_state_is_logged_once() {
        let heard = Heard::default();
        let _guard =
            tracing::subscriber::set_default(tracing_subscriber::registry().with(heard.clone()));
        let terms = BreakerTerms {
            minimum_calls: 1,
            open_for: Duration::from_secs(5),
            half_open_permits: 1,
            ..BreakerTerms::default()
        };
        let breaker = Breaker::new("shelf", terms, DependencyMeasures::default());
        let sample = |failed| Sample {
            failed,
            slow: false,
        };
        breaker
            .admit()
            .expect("is let through")
            .settle(sample(true));
        (0..3).for_each(|_| assert!(breaker.admit().is_err()));
        tokio::time::advance(terms.open_for).await;
        let probe = breaker.admit().expect("is let through");
        assert!(breaker.admit().is_err());
        probe.settle(sample(false));
        breaker
            .admit()
            .expect("is let through")
            .settle(sample(false));
        let told = ["shelf", "open", "shelf", "half_open", "shelf", "closed"];
        assert_eq!(*heard.0.lock().expect("not poisoned"), told);
    }
}
