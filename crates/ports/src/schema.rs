//! The shape of a database: brought up to what this binary expects, and checked before anything else.

use crate::Fault;
use async_trait::async_trait;

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationStatus {
    /// The schema has it.
    Applied,
    /// This binary has it and the schema does not.
    Pending,
    /// The schema has it and this binary does not know it: the binary is older than the schema.
    Unknown,
}

/// A migration by its version, the digits its folder's name begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Names the migration; later ones are greater.
    pub version: String,
    /// Where it stands.
    pub status: MigrationStatus,
}

/// Why this binary cannot work with a schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Migrations are pending: their versions.
    #[error("{} migrations are pending: migrate first", .0.len())]
    Behind(Vec<String>),
    /// A newer binary changed the schema: the versions this one does not know.
    #[error("the schema has {} migrations that this version does not know", .0.len())]
    Ahead(Vec<String>),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Migrations in the order of their versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migrations(Vec<Migration>);

impl Migrations {
    /// Compares the versions a schema has with those a binary has.
    #[must_use]
    pub fn compared(applied: &[String], ours: &[String]) -> Self {
        let known = |version: &String| match ours.contains(version) {
            true => MigrationStatus::Applied,
            false => MigrationStatus::Unknown,
        };
        let applied_ones = applied.iter().map(|version| Migration {
            version: version.clone(),
            status: known(version),
        });
        let pending = ours.iter().filter(|version| !applied.contains(version));
        let pending = pending.map(|version| Migration {
            version: version.clone(),
            status: MigrationStatus::Pending,
        });
        let mut list: Vec<Migration> = applied_ones.chain(pending).collect();
        list.sort_unstable_by(|one, other| one.version.cmp(&other.version));
        Self(list)
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn list(&self) -> &[Migration] {
        &self.0
    }

    /// The versions that stand so, oldest first.
    #[must_use]
    pub fn versions(&self, status: MigrationStatus) -> Vec<String> {
        let matching = self.0.iter().filter(|migration| migration.status == status);
        matching
            .map(|migration| migration.version.clone())
            .collect()
    }

    /// Refuses a schema that a newer binary changed.
    ///
    /// # Errors
    /// [`SchemaError::Ahead`] names what is unknown.
    pub fn none_unknown(&self) -> Result<(), SchemaError> {
        match self.versions(MigrationStatus::Unknown) {
            unknown if unknown.is_empty() => Ok(()),
            unknown => Err(SchemaError::Ahead(unknown)),
        }
    }

    /// Refuses a schema that is not exactly the expected one.
    ///
    /// # Errors
    /// [`SchemaError::Behind`] and [`SchemaError::Ahead`] as they say.
    pub fn exactly_ours(&self) -> Result<(), SchemaError> {
        self.none_unknown()?;
        match self.versions(MigrationStatus::Pending) {
            pending if pending.is_empty() => Ok(()),
            pending => Err(SchemaError::Behind(pending)),
        }
    }
}

/// Migrates one database. Of two processes that migrate at once, the second finds nothing left to do.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Schema: Send + Sync {
    /// Applies every pending migration; answers their versions, oldest first.
    ///
    /// # Errors
    /// [`SchemaError::Ahead`] when a newer binary changed the schema.
    async fn migrate_up(&self) -> Result<Vec<String>, SchemaError>;

    /// Takes the newest `steps` migrations back, with all they hold; answers their versions, newest
    /// first. Stops where nothing is left.
    ///
    /// # Errors
    /// [`SchemaError::Ahead`] when a newer binary changed the schema.
    async fn migrate_down(&self, steps: usize) -> Result<Vec<String>, SchemaError>;

    /// Every migration that the schema or this binary has, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the schema cannot be read.
    async fn migrations(&self) -> Result<Migrations, Fault>;

    /// Refuses a schema that is not exactly the one this binary expects.
    ///
    /// # Errors
    /// [`SchemaError::Behind`] and [`SchemaError::Ahead`] as they say.
    async fn verify(&self) -> Result<(), SchemaError> {
        self.migrations().await?.exactly_ours()
    }
}

#[cfg(test)]
mod tests {
    use super::{MigrationStatus, Migrations, SchemaError};

    fn versions(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_migration_is_applied_pending_or_unknown() {
        let compared = Migrations::compared(&versions(&["1", "3"]), &versions(&["1", "2"]));
        let statuses: Vec<_> = compared.list().iter().map(|one| one.status).collect();
        assert_eq!(
            statuses,
            [
                MigrationStatus::Applied,
                MigrationStatus::Pending,
                MigrationStatus::Unknown
            ]
        );
        assert!(
            matches!(compared.exactly_ours(), Err(SchemaError::Ahead(unknown)) if unknown == ["3"])
        );
    }

    #[test]
    fn a_schema_is_behind_until_nothing_is_pending() {
        let behind = Migrations::compared(&[], &versions(&["1"]));
        assert!(
            matches!(behind.exactly_ours(), Err(SchemaError::Behind(pending)) if pending == ["1"])
        );
        assert!(behind.none_unknown().is_ok());
        let even = Migrations::compared(&versions(&["1"]), &versions(&["1"]));
        assert!(even.exactly_ours().is_ok());
    }
}
