//! The machine's clock, so that nobody else has to read it.

use jiff::Timestamp;
use ports::Clock;

/// Tells the machine's time, cut to whole microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the system clock that everybody else asks"
    )]
    fn now(&self) -> Timestamp {
        let read = Timestamp::now();
        Timestamp::from_microsecond(read.as_microsecond()).unwrap_or(read)
    }
}

#[cfg(test)]
mod tests {
    use super::SystemClock;
    use ports::Clock as _;

    #[test]
    fn the_time_has_whole_microseconds() {
        assert_eq!(SystemClock.now().as_nanosecond() % 1_000, 0);
    }

    #[test]
    fn time_goes_on() {
        let earlier = SystemClock.now();
        assert!(SystemClock.now() >= earlier);
    }
}
