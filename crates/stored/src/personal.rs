//! Every column of every table: what an export shows of it, and what becomes of it when its person is erased.
//!
//! Exports, deletions and receipts are made from this list, and each adapter's tests hold it against the schema: a new
//! column is not merged before somebody has said what it is.

mod answers;
mod facts;
mod tables;

pub use answers::answer;
pub use facts::facts;
pub use tables::TABLES;

/// What an erasure answers of the tables that it clears in one transaction.
pub const RECORDS: &str = "records";
/// What it answers of photos, once their objects are gone.
pub const PHOTOS: &str = "photos";
/// What it answers of the audit trail.
pub const TRAIL: &str = "trail";

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Which part of the installation speaks for it.
    pub part: &'static str,
    /// Which of its rows are about a person.
    pub whose: Whose,
    /// Its columns, in alphabetical order.
    pub columns: &'static [Column],
}

/// Which rows of a table are about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// None; and why not.
    Nobodys(&'static str),
    /// Those that meet a condition in SQL, where `:user` stands for the id and `:principal` for the text of the person
    /// as somebody who acts.
    Where(&'static str),
}

/// A column: its name, what it holds, what is exported, what is erased.
pub type Column = (&'static str, Holds, Export, Erase);

/// What a column holds, in whatever type a database keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A UUID.
    Id,
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// An instant in whole microseconds.
    Instant,
    /// Bytes that are no UUID.
    Bytes,
}

/// Whether an export shows a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// It does.
    Shown,
    /// It does not; and why not.
    Hidden(&'static str),
}

/// What an erasure does to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    /// The row is deleted.
    Goes,
    /// The row stays, and the cell says nothing any more.
    Blank,
    /// The cell stays; and why.
    Stays(&'static str),
}

impl Table {
    /// The condition that the rows of a person meet; `None` where no row is about anybody.
    #[must_use]
    pub const fn condition(&self) -> Option<&'static str> {
        match self.whose {
            Whose::Nobodys(_) => None,
            Whose::Where(condition) => Some(condition),
        }
    }

    /// Whether its rows are deleted when their person is erased.
    #[must_use]
    pub fn goes(&self) -> bool {
        let goes = |column: &Column| column.3 == Erase::Goes;
        !self.columns.is_empty() && self.columns.iter().all(goes)
    }

    /// What an export shows of it.
    pub fn shown(&self) -> impl Iterator<Item = &'static Column> {
        let shown = |column: &&Column| column.2 == Export::Shown;
        self.columns.iter().filter(shown)
    }
}

/// The tables that a part speaks for and that have rows about people.
pub fn of_part(part: &str) -> impl Iterator<Item = (&'static Table, &'static str)> {
    let tables = TABLES.iter().filter(move |table| table.part == part);
    tables.filter_map(|table| Some((table, table.condition()?)))
}

#[cfg(test)]
mod tests {
    use super::{Erase, TABLES};

    #[test]
    fn a_row_goes_as_a_whole_or_stays() {
        for table in TABLES {
            let going = table.columns.iter().filter(|it| it.3 == Erase::Goes);
            let going = going.count();
            assert!(
                going == 0 || going == table.columns.len(),
                "{}: some columns go and others do not",
                table.name
            );
        }
    }

    #[test]
    fn tables_and_columns_stand_in_their_order() {
        assert!(TABLES.is_sorted_by(|one, other| one.name < other.name));
        for table in TABLES {
            let sorted = table.columns.is_sorted_by(|one, other| one.0 < other.0);
            assert!(sorted, "{}", table.name);
        }
    }
}
