//! When a picture was taken: what a camera can have said.

use jiff::{SignedDuration, Timestamp};

/// 1826-01-01T00:00:00Z: the oldest photograph that survives is of 1826 or 1827.
const FIRST_PHOTOGRAPH: Timestamp = Timestamp::constant(-4_544_208_000, 0);
/// Clocks of cameras are set to local time and read as UTC.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// No picture was taken then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TakenAtError {
    /// Before there were photographs.
    #[error("is before the first photograph, in 1826")]
    TooEarly,
    /// More than a day from now.
    #[error("is more than a day from now")]
    TooLate,
}

/// Reads when a picture was taken, in whole microseconds, which is what databases keep.
///
/// # Errors
/// [`TakenAtError`] for an instant at which no picture was taken.
pub fn parse(at: Timestamp, now: Timestamp) -> Result<Timestamp, TakenAtError> {
    if at < FIRST_PHOTOGRAPH {
        return Err(TakenAtError::TooEarly);
    }
    if at > now.checked_add(AHEAD).unwrap_or(Timestamp::MAX) {
        return Err(TakenAtError::TooLate);
    }
    Ok(Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at))
}

#[cfg(test)]
mod tests {
    use super::{AHEAD, FIRST_PHOTOGRAPH, TakenAtError, parse};
    use jiff::{SignedDuration, Timestamp};

    const NANO: SignedDuration = SignedDuration::from_nanos(1);

    fn now() -> Timestamp {
        "2026-01-05T08:00:00.123456789Z"
            .parse()
            .expect("is an instant")
    }

    #[test]
    fn photographs_begin_in_1826() {
        assert_eq!(FIRST_PHOTOGRAPH.to_string(), "1826-01-01T00:00:00Z");
        assert_eq!(parse(FIRST_PHOTOGRAPH, now()), Ok(FIRST_PHOTOGRAPH));
        let before = FIRST_PHOTOGRAPH.checked_sub(NANO).expect("is an instant");
        assert_eq!(parse(before, now()), Err(TakenAtError::TooEarly));
        assert_eq!(parse(Timestamp::MIN, now()), Err(TakenAtError::TooEarly));
    }

    #[test]
    fn a_camera_may_be_a_day_ahead() {
        let tomorrow = now().checked_add(AHEAD).expect("is an instant");
        assert!(parse(tomorrow, now()).is_ok());
        let later = tomorrow.checked_add(NANO).expect("is an instant");
        assert_eq!(parse(later, now()), Err(TakenAtError::TooLate));
        assert_eq!(parse(Timestamp::MAX, now()), Err(TakenAtError::TooLate));
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut() {
        let cut = parse(now(), now()).expect("is now");
        assert_eq!(cut.to_string(), "2026-01-05T08:00:00.123456Z");
    }
}
