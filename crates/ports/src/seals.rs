//! The seals over the audit trail, and the trail as it is sealed: row by row as stored, believed or not.

use crate::Fault;
use async_trait::async_trait;
use domain::seals::{Seal, TrailRow};

/// Rows that no seal stands for yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// How many there are.
    pub row_count: u64,
    /// The place of the first.
    pub first_seq: i64,
    /// The place of the last.
    pub last_seq: i64,
}

/// What keeps whoever asks from changing and deleting rows and seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// They have no right to, and do not own the tables.
    Rights,
    /// They own everything; triggers stand in for the missing right.
    Triggers,
    /// Nothing: triggers are missing or turned off.
    Nothing,
}

/// Keeps seals, which are added and never changed. Every adapter passes `testkit::audit_seals_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditSeals: Send + Sync {
    /// The place up to which all rows that there will ever be can be read now: no row at or below it is still being
    /// written. 0 while there is none. `None` when that cannot be told yet, since somebody has been writing for long: ask
    /// again later.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be asked.
    async fn settled(&self) -> Result<Option<i64>, Fault>;

    /// Up to `limit` rows above the place `after` and not above `up_to`, in the order of their places.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn rows(&self, after: i64, up_to: i64, limit: u32) -> Result<Vec<TrailRow>, Fault>;

    /// The rows above the place `after`; `None` when there are none.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be counted.
    async fn tail(&self, after: i64) -> Result<Option<Tail>, Fault>;

    /// The seal with the greatest number.
    ///
    /// # Errors
    /// [`Fault`] when seals cannot be read.
    async fn newest(&self) -> Result<Option<Seal>, Fault>;

    /// Up to `limit` seals with numbers above `after`, in the order of their numbers.
    ///
    /// # Errors
    /// [`Fault`] when seals cannot be read.
    async fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, Fault>;

    /// Adds a seal; answers false, and adds nothing, when there is one with its number: somebody else sealed.
    ///
    /// # Errors
    /// [`Fault`] when seals cannot be written.
    async fn add(&self, seal: &Seal) -> Result<bool, Fault>;

    /// What keeps this user of the database from changing and deleting rows and seals.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be asked.
    async fn protection(&self) -> Result<Protection, Fault>;
}
