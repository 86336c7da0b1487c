//! The circuit by hand: one story for each rule.

use super::*;

const OPEN_FOR: Duration = Duration::from_secs(5);
const TERMS: BreakerTerms = BreakerTerms {
    window: Duration::from_secs(10),
    minimum_calls: 4,
    failure_rate: 0.5,
    slow_call: Duration::from_secs(1),
    slow_rate: 0.75,
    open_for: OPEN_FOR,
    half_open_permits: 2,
};
const GOOD: Sample = Sample {
    failed: false,
    slow: false,
};
const FAILED: Sample = Sample {
    failed: true,
    slow: false,
};
const SLOW: Sample = Sample {
    failed: false,
    slow: true,
};

/// A circuit and the time it is told.
struct Clockwork {
    circuit: Circuit,
    now: Instant,
}

impl Clockwork {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            circuit: Circuit::new(TERMS, now),
            now,
        }
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
    }

    fn begin(&mut self) -> Ticket {
        self.circuit.admit(self.now).expect("is let through")
    }

    fn end(&mut self, ticket: Ticket, sample: Option<Sample>) -> CircuitState {
        self.circuit.settle(ticket, sample, self.now);
        self.circuit.state()
    }

    fn call(&mut self, sample: Sample) -> CircuitState {
        let ticket = self.begin();
        self.end(ticket, Some(sample))
    }

    fn fail(&mut self, times: u32) {
        for _ in 0..times {
            self.call(FAILED);
        }
    }

    fn open() -> Self {
        let mut clockwork = Self::new();
        clockwork.fail(4);
        assert_eq!(clockwork.circuit.state(), CircuitState::Open);
        clockwork
    }

    fn half_open() -> Self {
        let mut clockwork = Self::open();
        clockwork.wait(OPEN_FOR);
        clockwork
    }
}

#[test]
fn it_opens_when_enough_calls_were_made_and_half_of_them_failed() {
    let mut clockwork = Clockwork::new();
    for sample in [FAILED, FAILED, GOOD] {
        assert_eq!(clockwork.call(sample), CircuitState::Closed);
    }
    assert_eq!(clockwork.call(GOOD), CircuitState::Open);
}

#[test]
fn it_opens_when_most_calls_are_slow_though_none_fails() {
    let mut clockwork = Clockwork::new();
    for sample in [GOOD, SLOW, SLOW] {
        assert_eq!(clockwork.call(sample), CircuitState::Closed);
    }
    assert_eq!(clockwork.call(SLOW), CircuitState::Open);
}

#[test]
fn failures_that_are_long_past_do_not_open_it() {
    let mut clockwork = Clockwork::new();
    clockwork.fail(3);
    clockwork.wait(TERMS.window);
    for _ in 0..3 {
        assert_eq!(clockwork.call(GOOD), CircuitState::Closed);
    }
    assert_eq!(clockwork.call(FAILED), CircuitState::Closed);
}

#[test]
fn open_it_admits_nobody_before_its_time_and_says_how_long() {
    let mut clockwork = Clockwork::open();
    clockwork.wait(OPEN_FOR - Duration::from_millis(1));
    let refused = clockwork.circuit.admit(clockwork.now);
    assert_eq!(refused.err(), Some(Duration::from_millis(1)));
    clockwork.wait(Duration::from_millis(1));
    assert!(clockwork.circuit.admit(clockwork.now).is_ok());
    assert_eq!(clockwork.circuit.state(), CircuitState::HalfOpen);
}

#[test]
fn half_open_it_admits_a_few_at_a_time_and_closes_when_as_many_have_succeeded() {
    let mut clockwork = Clockwork::half_open();
    let (one, other) = (clockwork.begin(), clockwork.begin());
    assert!(clockwork.circuit.admit(clockwork.now).is_err());
    assert_eq!(clockwork.end(one, Some(GOOD)), CircuitState::HalfOpen);
    // Its place is free for another, who may need as many at once as there are.
    let third = clockwork.begin();
    assert!(clockwork.circuit.admit(clockwork.now).is_err());
    assert_eq!(clockwork.end(other, Some(GOOD)), CircuitState::Closed);
    assert_eq!(clockwork.end(third, Some(FAILED)), CircuitState::Closed);
    // What was counted before is forgotten.
    assert_eq!(clockwork.call(FAILED), CircuitState::Closed);
}

#[test]
fn one_that_fails_or_is_slow_opens_it_again() {
    for bad in [FAILED, SLOW] {
        let mut clockwork = Clockwork::half_open();
        assert_eq!(clockwork.call(GOOD), CircuitState::HalfOpen);
        assert_eq!(clockwork.call(bad), CircuitState::Open);
        let refused = clockwork.circuit.admit(clockwork.now);
        assert_eq!(refused.err(), Some(OPEN_FOR));
    }
}

#[test]
fn a_permit_handed_back_without_a_result_is_there_for_another() {
    let mut clockwork = Clockwork::half_open();
    for _ in 0..10 {
        let ticket = clockwork.begin();
        assert_eq!(clockwork.end(ticket, None), CircuitState::HalfOpen);
    }
    clockwork.call(GOOD);
    assert_eq!(clockwork.call(GOOD), CircuitState::Closed);
}

#[test]
fn what_began_before_a_change_of_state_says_nothing_after_it() {
    let mut clockwork = Clockwork::new();
    let (early, late) = (clockwork.begin(), clockwork.begin());
    clockwork.fail(4);
    clockwork.wait(OPEN_FOR);
    let (one, other) = (clockwork.begin(), clockwork.begin());
    assert_eq!(clockwork.end(early, Some(FAILED)), CircuitState::HalfOpen);
    clockwork.end(one, Some(GOOD));
    assert_eq!(clockwork.end(other, Some(GOOD)), CircuitState::Closed);
    clockwork.fail(3);
    assert_eq!(clockwork.end(late, Some(FAILED)), CircuitState::Closed);
}

#[test]
fn probes_of_an_earlier_spell_still_take_up_their_permit() {
    let mut clockwork = Clockwork::half_open();
    let stuck = clockwork.begin();
    assert_eq!(clockwork.call(FAILED), CircuitState::Open);
    clockwork.wait(OPEN_FOR);
    let _one = clockwork.begin();
    assert!(clockwork.circuit.admit(clockwork.now).is_err());
    clockwork.end(stuck, Some(FAILED));
    assert_eq!(clockwork.circuit.state(), CircuitState::HalfOpen);
    assert!(clockwork.circuit.admit(clockwork.now).is_ok());
}
