//! What is published about each dependency the process calls: its circuit, retries, rejections and calls under way.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Metrics;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByDependency {
    dependency: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    dependency: &'static str,
    reason: &'static str,
}

/// The families.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    circuit: Family<ByDependency, Gauge>,
    retries: Family<ByDependency, Counter>,
    rejections: Family<ByReason, Counter>,
    in_flight: Family<ByDependency, Gauge>,
}

impl Dependencies {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "dependency_circuit_state",
            "Circuit of each dependency: 0 closed, 1 half-open, 2 open",
            self.circuit.clone(),
        );
        registry.register(
            "dependency_retries",
            "Calls tried again",
            self.retries.clone(),
        );
        registry.register(
            "dependency_rejections",
            "Calls given up without the dependency's answer",
            self.rejections.clone(),
        );
        registry.register(
            "dependency_calls_in_flight",
            "Calls under way",
            self.in_flight.clone(),
        );
    }

    fn of(&self, dependency: &'static str, reasons: &[&'static str]) -> DependencyMeasures {
        let name = ByDependency { dependency };
        let rejections = reasons.iter().map(|reason| {
            let label = ByReason { dependency, reason };
            (*reason, self.rejections.get_or_create_owned(&label))
        });
        DependencyMeasures {
            circuit: self.circuit.get_or_create_owned(&name),
            retries: self.retries.get_or_create_owned(&name),
            rejections: rejections.collect(),
            in_flight: self.in_flight.get_or_create_owned(&name),
        }
    }
}

impl Metrics {
    /// The numbers of one dependency, rejections for each of these reasons, all of which exist from now on. Looked up once,
    /// so that a call costs no look-up.
    #[must_use]
    pub fn dependency(&self, name: &'static str, reasons: &[&'static str]) -> DependencyMeasures {
        self.0.families.dependencies.of(name, reasons)
    }
}

/// The numbers of one dependency. The default ones are counted and published nowhere.
#[derive(Debug, Clone, Default)]
pub struct DependencyMeasures {
    circuit: Gauge,
    retries: Counter,
    rejections: Vec<(&'static str, Counter)>,
    in_flight: Gauge,
}

impl DependencyMeasures {
    /// The circuit is in this state: 0 closed, 1 half-open, 2 open.
    pub fn circuit(&self, state: i64) {
        self.circuit.set(state);
    }

    /// A call is tried again.
    pub fn retried(&self) {
        self.retries.inc();
    }

    /// A call was given up for one of the reasons named at the start.
    pub fn rejected(&self, reason: &'static str) {
        if let Some((_, counter)) = self.rejections.iter().find(|(known, _)| *known == reason) {
            counter.inc();
        }
    }

    /// A call is under way until the answer of this is dropped.
    pub fn call(&self) -> CallUnderWay {
        self.in_flight.inc();
        CallUnderWay(self.in_flight.clone())
    }
}

/// One call; over when this is dropped.
#[derive(Debug)]
#[must_use = "the call counts as over when this is dropped"]
pub struct CallUnderWay(Gauge);

impl Drop for CallUnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}
