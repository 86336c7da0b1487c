//! Failed sign-ins as rows, and the places of those that are being decided as a text within.

use crate::DATABASE;
use crate::cells::{Cells, micros};
use domain::accounts::Lockout;
use jiff::Timestamp;
use ports::Fault;

/// The columns of a row, instants in microseconds.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the column of its name")]
pub struct StoredLockout {
    pub failures: i64,
    pub since: i64,
    pub locks: i64,
    pub locked_until: Option<i64>,
    pub held: String,
}

/// The text for the places that are held: a list of instants in microseconds.
///
/// # Errors
/// [`Fault::Broken`] when it cannot be written, which would be a fault of ours.
pub fn held(places: &[Timestamp]) -> Result<String, Fault> {
    let places: Vec<i64> = places.iter().copied().map(micros).collect();
    serde_json::to_string(&places).map_err(|error| Fault::broken(DATABASE, "lockouts.held", error))
}

impl TryFrom<StoredLockout> for Lockout {
    type Error = Fault;

    fn try_from(row: StoredLockout) -> Result<Self, Fault> {
        // The name of the row is a secret's digest of something personal, so it is not told.
        let cells = Cells::of("lockouts", &"?");
        let held: Vec<i64> = cells.parsed("held", serde_json::from_str(&row.held))?;
        let held = held.into_iter().map(|until| cells.instant("held", until));
        Ok(Self {
            failures: cells.whole("failures", row.failures)?,
            since: cells.instant("since", row.since)?,
            locks: cells.whole("locks", row.locks)?,
            until: cells.maybe_instant("locked_until", row.locked_until)?,
            held: held.collect::<Result<_, Fault>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{StoredLockout, held};
    use domain::accounts::Lockout;
    use jiff::Timestamp;

    fn row(held: String) -> StoredLockout {
        StoredLockout {
            failures: 1,
            since: 2,
            locks: 0,
            locked_until: None,
            held,
        }
    }

    #[test]
    fn places_are_read_as_they_were_written() {
        let places = [
            Timestamp::UNIX_EPOCH,
            Timestamp::from_second(9).expect("is an instant"),
        ];
        for places in [&places[..], &places[..1], &[]] {
            let written = held(places).expect("can be written");
            let read = Lockout::try_from(row(written)).expect("can be read");
            assert_eq!(read.held, places);
        }
    }

    #[test]
    fn what_nobody_wrote_is_a_fault_that_shows_nothing() {
        for text in ["", "{}", "[\"soon\"]", "[9223372036854775807]"] {
            let fault = Lockout::try_from(row(text.to_owned())).expect_err("is no list");
            assert_eq!(
                fault.to_string(),
                "database is broken: lockouts.held of row ?"
            );
        }
    }
}
