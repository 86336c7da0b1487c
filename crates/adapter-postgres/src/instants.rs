//! Between an instant and a `timestamptz`, which counts microseconds from the year 2000.

use diesel::data_types::PgTimestamp;
use jiff::Timestamp;
use stored::cells;

/// Microseconds from 1970-01-01 to 2000-01-01, both 00:00:00Z.
const EPOCH: i64 = 946_684_800_000_000;

/// An instant as it is stored.
pub fn stamp(at: Timestamp) -> PgTimestamp {
    stamp_us(cells::micros(at))
}

/// The same, for who has counted microseconds since 1970 already.
pub fn stamp_us(micros: i64) -> PgTimestamp {
    PgTimestamp(micros.saturating_sub(EPOCH))
}

/// Microseconds since 1970, for [`stored::Cells`]. `infinity` becomes a number that no instant has.
pub fn micros(stamp: PgTimestamp) -> i64 {
    stamp.0.saturating_add(EPOCH)
}

#[cfg(test)]
mod tests {
    use super::{micros, stamp};
    use diesel::data_types::PgTimestamp;
    use jiff::Timestamp;

    #[test]
    fn an_instant_is_read_as_it_was_written() {
        for at in [Timestamp::UNIX_EPOCH, Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(micros(stamp(at)), at.as_microsecond());
        }
        assert_eq!(micros(PgTimestamp(0)), 946_684_800_000_000);
    }

    #[test]
    fn infinity_is_no_instant() {
        assert!(Timestamp::from_microsecond(micros(PgTimestamp(i64::MAX))).is_err());
        assert!(Timestamp::from_microsecond(micros(PgTimestamp(i64::MIN))).is_err());
    }
}
