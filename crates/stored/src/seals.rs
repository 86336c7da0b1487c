//! What a database counted above the newest seal, in both databases alike.

use ports::seals::Tail;

/// Count, first and last place; nothing when there are no rows.
#[must_use]
pub fn tail((count, first, last): (i64, Option<i64>, Option<i64>)) -> Option<Tail> {
    Some(Tail {
        row_count: u64::try_from(count).unwrap_or_default(),
        first_seq: first?,
        last_seq: last?,
    })
}
