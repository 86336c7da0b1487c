//! The circuit against a model that keeps every sample and every ticket, over random calls, results, drops and waits.

use proptest::prelude::*;

use super::*;
use crate::resilience::window::BUCKETS;

/// What may happen next. `which` chooses among the calls under way.
#[derive(Debug, Clone)]
enum Step {
    Begin,
    End { which: usize, sample: Sample },
    Overdue { which: usize },
    Drop { which: usize },
    Wait { millis: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sample = (any::<bool>(), prop::bool::weighted(0.3))
        .prop_map(|(failed, slow)| Sample { failed, slow });
    let step = prop_oneof![
        5 => Just(Step::Begin),
        5 => (any::<usize>(), sample).prop_map(|(which, sample)| Step::End { which, sample }),
        1 => any::<usize>().prop_map(|which| Step::Drop { which }),
        1 => any::<usize>().prop_map(|which| Step::Overdue { which }),
        2 => (0..1_500_u64).prop_map(|millis| Step::Wait { millis }),
    ];
    prop::collection::vec(step, 0..400)
}

fn terms() -> impl Strategy<Value = BreakerTerms> {
    let rate = prop::sample::select(vec![0.25, 0.5, 0.75, 1.0]);
    (1..6_u32, rate.clone(), rate, 1..5_u32, 1..3_000_u64).prop_map(
        |(minimum_calls, failure_rate, slow_rate, half_open_permits, open_millis)| BreakerTerms {
            window: WINDOW,
            minimum_calls,
            failure_rate,
            slow_rate,
            half_open_permits,
            open_for: Duration::from_millis(open_millis),
            ..BreakerTerms::default()
        },
    )
}

const WINDOW: Duration = Duration::from_secs(2);

/// What the model knows of a state. Times are milliseconds since the start.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    Closed {
        since: u64,
        all: Vec<(u64, Sample)>,
        /// Every piece of news, bad or good, in order.
        news: Vec<bool>,
    },
    Open {
        since: u64,
    },
    HalfOpen {
        good: u32,
    },
}

/// A call under way: the real ticket, in which state it began, and whether it was a probe.
struct Call {
    ticket: Ticket,
    spell: usize,
    probe: bool,
    overdue: bool,
}

struct Model {
    terms: BreakerTerms,
    known: Known,
    spell: usize,
    calls: Vec<Call>,
}

impl Model {
    fn new(terms: BreakerTerms) -> Self {
        Self {
            terms,
            known: Known::Closed {
                since: 0,
                all: Vec::new(),
                news: Vec::new(),
            },
            spell: 0,
            calls: Vec::new(),
        }
    }

    fn state(&self) -> CircuitState {
        match self.known {
            Known::Closed { .. } => CircuitState::Closed,
            Known::Open { .. } => CircuitState::Open,
            Known::HalfOpen { .. } => CircuitState::HalfOpen,
        }
    }

    fn probes(&self) -> u32 {
        let probes = self.calls.iter().filter(|call| call.probe).count();
        u32::try_from(probes).expect("are few")
    }

    /// Whether a call would be let through now.
    fn admits(&mut self, now: u64) -> bool {
        let open_for = u64::try_from(self.terms.open_for.as_millis()).expect("is short");
        if let Known::Open { since } = self.known
            && now >= since + open_for
        {
            self.turn(Known::HalfOpen { good: 0 });
        }
        match self.known {
            Known::Closed { .. } => true,
            Known::Open { .. } => false,
            Known::HalfOpen { .. } => self.probes() < self.terms.half_open_permits,
        }
    }

    fn begin(&mut self, ticket: Ticket) {
        let probe = self.state() == CircuitState::HalfOpen;
        self.calls.push(Call {
            ticket,
            spell: self.spell,
            probe,
            overdue: false,
        });
    }

    fn take(&mut self, which: usize) -> Option<Call> {
        let number = which.checked_rem(self.calls.len())?;
        Some(self.calls.swap_remove(number))
    }

    fn learn(&mut self, (spell, overdue): (usize, bool), sample: Sample, now: u64) {
        if spell != self.spell {
            return;
        }
        let bad = sample.failed || sample.slow;
        match &mut self.known {
            Known::Closed { all, news, .. } => {
                all.push((now, sample));
                if !(bad && overdue) {
                    news.push(bad);
                }
                if self.is_too_much(now) || self.is_dead() {
                    self.turn(Known::Open { since: now });
                }
            }
            Known::HalfOpen { .. } if bad => self.turn(Known::Open { since: now }),
            Known::HalfOpen { good } => {
                *good += 1;
                if *good >= self.terms.half_open_permits {
                    self.turn(Known::Closed {
                        since: now,
                        all: Vec::new(),
                        news: Vec::new(),
                    });
                }
            }
            Known::Open { .. } => panic!("nobody was let through"),
        }
    }

    /// Counts every sample of the last buckets anew.
    fn is_too_much(&self, now: u64) -> bool {
        let Known::Closed { since, all, .. } = &self.known else {
            return false;
        };
        let length = u64::try_from(WINDOW.as_millis()).expect("is short") / BUCKETS;
        let bucket = |at: u64| (at - since) / length;
        let young = |at: &u64| bucket(*at) + BUCKETS > bucket(now);
        let seen: Vec<Sample> = all
            .iter()
            .filter(|(at, _)| young(at))
            .map(|(_, sample)| *sample)
            .collect();
        let share = |hits: usize| hits as f64 / seen.len() as f64;
        let failed = seen.iter().filter(|sample| sample.failed).count();
        let slow = seen.iter().filter(|sample| sample.slow).count();
        seen.len() >= self.terms.minimum_calls as usize
            && (share(failed) >= self.terms.failure_rate || share(slow) >= self.terms.slow_rate)
    }

    /// Whether the last news were all bad.
    fn is_dead(&self) -> bool {
        let Known::Closed { news, .. } = &self.known else {
            return false;
        };
        let enough = 2 * self.terms.minimum_calls as usize;
        news.len() >= enough && news.iter().rev().take(enough).all(|bad| *bad)
    }

    fn overdue(&mut self, number: usize, now: u64) {
        let call = &mut self.calls[number];
        if call.spell != self.spell || call.overdue {
            return;
        }
        call.overdue = true;
        match &mut self.known {
            Known::Closed { news, .. } => {
                news.push(true);
                if self.is_dead() {
                    self.turn(Known::Open { since: now });
                }
            }
            Known::HalfOpen { .. } => self.turn(Known::Open { since: now }),
            Known::Open { .. } => panic!("nobody was let through"),
        }
    }

    fn turn(&mut self, known: Known) {
        self.known = known;
        self.spell += 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_does_what_the_model_does_and_loses_no_permit(terms in terms(), steps in steps()) {
        let start = Instant::now();
        let (mut circuit, mut model, mut now) = (Circuit::new(terms, start), Model::new(terms), 0);
        for step in steps {
            let at = start + Duration::from_millis(now);
            match step {
                Step::Begin => match (circuit.admit(at), model.admits(now)) {
                    (Ok(ticket), true) => model.begin(ticket),
                    (Err(wait), false) => prop_assert!(wait <= terms.open_for),
                    (admitted, expected) => prop_assert!(false, "{admitted:?}, expected {expected}"),
                },
                Step::End { which, sample } => {
                    if let Some(call) = model.take(which) {
                        circuit.settle(call.ticket, Some(sample), at);
                        model.learn((call.spell, call.overdue), sample, now);
                    }
                }
                Step::Overdue { which } => {
                    if let Some(number) = which.checked_rem(model.calls.len()) {
                        circuit.overdue(&mut model.calls[number].ticket, at);
                        model.overdue(number, now);
                    }
                }
                Step::Drop { which } => {
                    if let Some(call) = model.take(which) {
                        circuit.settle(call.ticket, None, at);
                    }
                }
                Step::Wait { millis } => now += millis,
            }
            prop_assert_eq!(circuit.state(), model.state());
            prop_assert_eq!(circuit.probes, model.probes());
            prop_assert!(circuit.probes <= terms.half_open_permits, "{} probe", circuit.probes);
        }
    }

    #[test]
    fn whatever_happened_good_calls_close_it_again(terms in terms(), steps in steps()) {
        let start = Instant::now();
        let (mut circuit, mut under_way, mut now) = (Circuit::new(terms, start), Vec::new(), start);
        for step in steps {
            match step {
                Step::Begin => under_way.extend(circuit.admit(now)),
                Step::End { which, sample } => {
                    if let Some(number) = which.checked_rem(under_way.len()) {
                        circuit.settle(under_way.swap_remove(number), Some(sample), now);
                    }
                }
                Step::Overdue { which } => {
                    if let Some(number) = which.checked_rem(under_way.len()) {
                        circuit.overdue(&mut under_way[number], now);
                    }
                }
                Step::Drop { which } => {
                    if let Some(number) = which.checked_rem(under_way.len()) {
                        circuit.settle(under_way.swap_remove(number), None, now);
                    }
                }
                Step::Wait { millis } => now += Duration::from_millis(millis),
            }
        }
        under_way.into_iter().for_each(|ticket| circuit.settle(ticket, None, now));
        prop_assert_eq!(circuit.probes, 0);
        let good = Sample { failed: false, slow: false };
        // Old failures leave the window, or the circuit its open state.
        now += WINDOW.max(terms.open_for);
        for _ in 0..terms.half_open_permits {
            match circuit.admit(now) {
                Ok(ticket) => circuit.settle(ticket, Some(good), now),
                Err(wait) => prop_assert!(false, "is to stay away for {wait:?}"),
            }
        }
        prop_assert_eq!(circuit.state(), CircuitState::Closed);
    }
}
