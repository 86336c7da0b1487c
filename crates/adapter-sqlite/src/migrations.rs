//! Bringing the schema up to what this binary expects, and refusing to work with any other.
//!
//! All pending migrations are one transaction: after a crash in the middle there is the old schema.

use crate::Database;
use crate::fault::{self, BACKEND};
use diesel::SqliteConnection;
use diesel::migration::MigrationSource;
use diesel::result::Error;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use ports::{BoxError, Fault};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

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

impl Database {
    /// Applies every pending migration; answers their versions, oldest first.
    ///
    /// # Errors
    /// [`SchemaError::Ahead`] when a newer binary changed the schema.
    pub async fn migrate_up(&self) -> Result<Vec<String>, SchemaError> {
        self.alone(|connection| {
            immediately(connection, |connection| {
                let list = read(connection)?;
                refuse_unknown(&list)?;
                let ran = connection
                    .run_pending_migrations(MIGRATIONS)
                    .map_err(broken)?;
                Ok(ran.iter().map(ToString::to_string).collect())
            })
        })
        .await
    }

    /// Takes the newest `steps` migrations back, with all they hold; answers their versions, newest
    /// first. Stops where nothing is left.
    ///
    /// # Errors
    /// [`SchemaError::Ahead`] when a newer binary changed the schema.
    pub async fn migrate_down(&self, steps: usize) -> Result<Vec<String>, SchemaError> {
        self.alone(move |connection| {
            immediately(connection, |connection| {
                let list = read(connection)?;
                refuse_unknown(&list)?;
                let steps = steps.min(versions(&list, MigrationStatus::Applied).len());
                (0..steps)
                    .map(|_| {
                        let reverted = connection
                            .revert_last_migration(MIGRATIONS)
                            .map_err(broken)?;
                        Ok(reverted.to_string())
                    })
                    .collect()
            })
        })
        .await
    }

    /// Every migration that the schema or this binary has, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the schema cannot be read.
    pub async fn migrations(&self) -> Result<Vec<Migration>, Fault> {
        self.alone(read).await
    }

    /// Refuses a schema that is not exactly the one this binary expects.
    ///
    /// # Errors
    /// [`SchemaError::Behind`] and [`SchemaError::Ahead`] as they say.
    pub async fn verify(&self) -> Result<(), SchemaError> {
        let list = self.migrations().await?;
        refuse_unknown(&list)?;
        let pending = versions(&list, MigrationStatus::Pending);
        if pending.is_empty() {
            Ok(())
        } else {
            Err(SchemaError::Behind(pending))
        }
    }
}

/// Carries an error of ours through diesel's transaction.
enum Outcome {
    Schema(SchemaError),
    Diesel(Error),
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::Diesel(error)
    }
}

/// The write lock from the beginning: of two processes that migrate at once, the second finds
/// nothing left to do. It is diesel's transaction because the harness nests its own in it.
fn immediately<T>(
    connection: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<T, SchemaError>,
) -> Result<T, SchemaError> {
    let outcome =
        connection.immediate_transaction(|connection| work(connection).map_err(Outcome::Schema));
    outcome.map_err(|error| match error {
        Outcome::Schema(error) => error,
        Outcome::Diesel(error) => fault::of("migrating")(error).into(),
    })
}

fn read(connection: &mut SqliteConnection) -> Result<Vec<Migration>, Fault> {
    let applied: Vec<String> = connection
        .applied_migrations()
        .map_err(broken)?
        .iter()
        .map(ToString::to_string)
        .collect();
    let ours = MigrationSource::<Sqlite>::migrations(&MIGRATIONS).map_err(broken)?;
    let ours: Vec<String> = ours
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    let mut list: Vec<Migration> = applied
        .iter()
        .map(|version| {
            let known = ours.contains(version);
            let status = if known {
                MigrationStatus::Applied
            } else {
                MigrationStatus::Unknown
            };
            Migration {
                version: version.clone(),
                status,
            }
        })
        .collect();
    let pending = ours
        .into_iter()
        .filter(|version| !applied.contains(version));
    list.extend(pending.map(|version| Migration {
        version,
        status: MigrationStatus::Pending,
    }));
    list.sort_unstable_by(|one, other| one.version.cmp(&other.version));
    Ok(list)
}

fn versions(list: &[Migration], status: MigrationStatus) -> Vec<String> {
    let matching = list.iter().filter(|migration| migration.status == status);
    matching
        .map(|migration| migration.version.clone())
        .collect()
}

fn refuse_unknown(list: &[Migration]) -> Result<(), SchemaError> {
    let unknown = versions(list, MigrationStatus::Unknown);
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(SchemaError::Ahead(unknown))
    }
}

fn broken(error: BoxError) -> Fault {
    match error.downcast::<Error>() {
        Ok(error) => fault::of("migrating")(*error),
        Err(error) => Fault::broken(BACKEND, "migrating", error),
    }
}
