//! Bringing the schema up to what this binary expects. One process at a time migrates; each migration is
//! a transaction, so after a crash in the middle the schema is that of some version, and the next run
//! goes on from there.

use crate::Database;
use crate::fault::{self, BACKEND};
use crate::locks::{self, Only};
use crate::written::Written;
use async_trait::async_trait;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::result::Error;
use diesel::sql_types::{Bool, Text};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use ports::schema::{MigrationStatus, Migrations, Schema, SchemaError};
use ports::{BoxError, Fault};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

type Harness = AsyncConnectionWrapper<AsyncPgConnection>;

impl Database {
    /// Works with diesel's migration harness, which blocks, on a connection of its own: the lock that
    /// keeps other processes from migrating ends with it.
    async fn harness<T, E>(
        &self,
        work: impl FnOnce(&mut Harness) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let mut connection = self.alone().await?;
        let lock = locks::for_session(Only::Migrate);
        let waited = connection.batch_execute(&lock).await;
        waited.map_err(fault::of("waiting to migrate"))?;
        let task = tokio::task::spawn_blocking(move || work(&mut Harness::from(connection)));
        let outcome = task.await;
        outcome.map_err(|error| Fault::broken(BACKEND, "migrating", error))?
    }
}

#[async_trait]
impl Schema for Database {
    async fn migrate_up(&self) -> Result<Vec<String>, SchemaError> {
        self.harness(|harness| {
            read(harness)?.none_unknown()?;
            let ran = harness.run_pending_migrations(MIGRATIONS).map_err(broken)?;
            Ok(ran.iter().map(ToString::to_string).collect())
        })
        .await
    }

    async fn migrate_down(&self, steps: usize) -> Result<Vec<String>, SchemaError> {
        self.harness(move |harness| {
            let list = read(harness)?;
            list.none_unknown()?;
            let steps = steps.min(list.versions(MigrationStatus::Applied).len());
            (0..steps)
                .map(|_| {
                    let reverted = harness.revert_last_migration(MIGRATIONS).map_err(broken)?;
                    Ok(reverted.to_string())
                })
                .collect()
        })
        .await
    }

    async fn migrations(&self) -> Result<Migrations, Fault> {
        let applied = self
            .read(|connection| Box::pin(applied(connection)))
            .await?;
        Ok(Migrations::compared(&applied, &ours()?))
    }
}

/// The versions the schema has, for a role that may only read: diesel's harness would make the table.
async fn applied(connection: &mut AsyncPgConnection) -> Result<Vec<String>, Fault> {
    let there =
        Written::<Bool>::begin("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL");
    let there: bool = there
        .get_result(connection)
        .await
        .map_err(fault::of("reading the migrations"))?;
    if !there {
        return Ok(Vec::new());
    }
    Written::<Text>::begin("SELECT version FROM __diesel_schema_migrations ORDER BY version")
        .load(connection)
        .await
        .map_err(fault::of("reading the migrations"))
}

fn read(harness: &mut Harness) -> Result<Migrations, Fault> {
    let applied = harness.applied_migrations().map_err(broken)?;
    let applied: Vec<String> = applied.iter().map(ToString::to_string).collect();
    Ok(Migrations::compared(&applied, &ours()?))
}

fn ours() -> Result<Vec<String>, Fault> {
    let ours = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(broken)?;
    let versions = ours
        .iter()
        .map(|migration| migration.name().version().to_string());
    Ok(versions.collect())
}

fn broken(error: BoxError) -> Fault {
    match error.downcast::<Error>() {
        Ok(error) => fault::of("migrating")(*error),
        Err(error) => Fault::broken(BACKEND, "migrating", error),
    }
}
