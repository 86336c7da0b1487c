//! `muster migrate up|down|status`.

use super::print;
use crate::Failure;
use crate::cli::Migrate;
use crate::data_folder::DataFolder;
use adapter_sqlite::{Database, MigrationStatus};
use platform::config::Settings;
use std::process::ExitCode;

/// Migrates, or says where the schema stands. Only looking needs no hold of the data folder.
pub(super) async fn run(direction: Migrate, settings: &Settings) -> Result<ExitCode, Failure> {
    let path = settings.database_url.path();
    match direction {
        Migrate::Status => {
            let list = Database::open(path).await?.migrations().await?;
            print(
                &list
                    .iter()
                    .map(|migration| format!("{} {}\n", migration.version, word(migration.status)))
                    .collect::<String>(),
            )
        }
        Migrate::Up => {
            let _held = DataFolder::take(path)?;
            done("applied", &Database::open(path).await?.migrate_up().await?)
        }
        Migrate::Down { steps } => {
            let _held = DataFolder::take(path)?;
            done(
                "taken back",
                &Database::open(path).await?.migrate_down(steps).await?,
            )
        }
    }
}

fn word(status: MigrationStatus) -> &'static str {
    match status {
        MigrationStatus::Applied => "applied",
        MigrationStatus::Pending => "pending",
        MigrationStatus::Unknown => "unknown",
    }
}

fn done(what: &str, versions: &[String]) -> Result<ExitCode, Failure> {
    eprintln!("{} migrations {what}", versions.len());
    print(
        &versions
            .iter()
            .map(|version| format!("{version}\n"))
            .collect::<String>(),
    )
}
