//! Bringing the schema up to what this binary expects, and refusing to work with any other.
//!
//! All pending migrations are one transaction: after a crash in the middle there is the old schema.

use crate::Database;
use crate::fault::{self, BACKEND};
use async_trait::async_trait;
use diesel::SqliteConnection;
use diesel::migration::MigrationSource;
use diesel::result::Error;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use ports::schema::{MigrationStatus, Migrations, Schema, SchemaError};
use ports::{BoxError, Fault};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

#[async_trait]
impl Schema for Database {
    async fn migrate_up(&self) -> Result<Vec<String>, SchemaError> {
        self.alone(|connection| {
            immediately(connection, |connection| {
                read(connection)?.none_unknown()?;
                let ran = connection
                    .run_pending_migrations(MIGRATIONS)
                    .map_err(broken)?;
                Ok(ran.iter().map(ToString::to_string).collect())
            })
        })
        .await
    }

    async fn migrate_down(&self, steps: usize) -> Result<Vec<String>, SchemaError> {
        self.alone(move |connection| {
            immediately(connection, |connection| {
                let list = read(connection)?;
                list.none_unknown()?;
                let steps = steps.min(list.versions(MigrationStatus::Applied).len());
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

    async fn migrations(&self) -> Result<Migrations, Fault> {
        self.alone(read).await
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

fn read(connection: &mut SqliteConnection) -> Result<Migrations, Fault> {
    let applied = connection.applied_migrations().map_err(broken)?;
    let ours = MigrationSource::<Sqlite>::migrations(&MIGRATIONS).map_err(broken)?;
    let applied: Vec<String> = applied.iter().map(ToString::to_string).collect();
    let ours: Vec<String> = ours
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    Ok(Migrations::compared(&applied, &ours))
}

fn broken(error: BoxError) -> Fault {
    match error.downcast::<Error>() {
        Ok(error) => fault::of("migrating")(*error),
        Err(error) => Fault::broken(BACKEND, "migrating", error),
    }
}
