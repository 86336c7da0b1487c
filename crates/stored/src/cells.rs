//! Between a cell of a row and a value of the domain. Reading does not trust the database: a cell
//! that breaks its rule is a [`Fault`] that names table, column and row, and shows no value.

use crate::DATABASE;
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::{BoxError, Fault};
use uuid::Uuid;

/// An id as it is stored: its 16 bytes.
pub fn id(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// An instant as it is stored: microseconds since 1970-01-01T00:00:00Z.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A count or a size as it is stored.
pub fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The row whose cells are being read, for the fault that names it.
pub struct Cells<'a> {
    table: &'static str,
    row: &'a dyn core::fmt::Display,
}

/// A cell holds what its column cannot mean.
#[derive(Debug, thiserror::Error)]
#[error("the cell breaks the rule of its column")]
struct Unreadable;

impl<'a> Cells<'a> {
    /// Reads a row of this table.
    pub fn of(table: &'static str, row: &'a dyn core::fmt::Display) -> Self {
        Self { table, row }
    }

    /// The fault of a cell of this row.
    pub fn broken(&self, column: &str, source: impl Into<BoxError>) -> Fault {
        let Self { table, row } = self;
        Fault::broken(DATABASE, format!("{table}.{column} of row {row}"), source)
    }

    /// A cell that was parsed, with the error of its own parser.
    pub fn parsed<T, E: Into<BoxError>>(
        &self,
        column: &str,
        cell: Result<T, E>,
    ) -> Result<T, Fault> {
        cell.map_err(|error| self.broken(column, error))
    }

    /// A cell whose parser knows no reason.
    pub fn known<T>(&self, column: &str, cell: Option<T>) -> Result<T, Fault> {
        cell.ok_or_else(|| self.broken(column, Unreadable))
    }

    /// An id.
    pub fn id(&self, column: &str, cell: &[u8]) -> Result<Uuid, Fault> {
        self.parsed(column, Uuid::from_slice(cell))
    }

    /// An instant.
    pub fn instant(&self, column: &str, cell: i64) -> Result<Timestamp, Fault> {
        self.parsed(column, Timestamp::from_microsecond(cell))
    }

    /// An instant that may be absent.
    pub fn maybe_instant(
        &self,
        column: &str,
        cell: Option<i64>,
    ) -> Result<Option<Timestamp>, Fault> {
        cell.map(|cell| self.instant(column, cell)).transpose()
    }

    /// A SHA-256 digest.
    pub fn digest(&self, column: &str, cell: &[u8]) -> Result<Digest, Fault> {
        self.parsed(column, Digest::from_slice(cell))
    }

    /// A row version.
    pub fn version(&self, column: &str, cell: i64) -> Result<Version, Fault> {
        self.parsed(column, Version::parse(cell))
    }

    /// A count or a size.
    pub fn whole<T: TryFrom<i64>>(&self, column: &str, cell: i64) -> Result<T, Fault> {
        self.known(column, T::try_from(cell).ok())
    }
}

/// A row's id in a fault: readable even when it is no UUID.
pub fn shown(id: &[u8]) -> String {
    Uuid::from_slice(id).map_or_else(|_| format!("{id:02x?}"), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::Cells;

    #[test]
    fn a_broken_cell_is_named_and_not_shown() {
        let fault = Cells::of("users", &7)
            .digest("email", b"ada")
            .expect_err("is no digest");
        assert_eq!(
            fault.to_string(),
            "database is broken: users.email of row 7"
        );
    }
}
