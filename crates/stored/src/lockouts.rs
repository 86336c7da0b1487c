//! Failed sign-ins as rows.

use crate::cells::Cells;
use domain::accounts::Lockout;
use ports::Fault;

/// The columns of a row, instants in microseconds.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "each field is the column of its name")]
pub struct StoredLockout {
    pub failures: i64,
    pub since: i64,
    pub locks: i64,
    pub locked_until: Option<i64>,
}

impl TryFrom<StoredLockout> for Lockout {
    type Error = Fault;

    fn try_from(row: StoredLockout) -> Result<Self, Fault> {
        // The name of the row is a secret's digest of something personal, so it is not told.
        let cells = Cells::of("lockouts", &"?");
        let until = row.locked_until;
        let until = until.map(|until| cells.instant("locked_until", until));
        Ok(Self {
            failures: cells.whole("failures", row.failures)?,
            since: cells.instant("since", row.since)?,
            locks: cells.whole("locks", row.locks)?,
            until: until.transpose()?,
        })
    }
}
