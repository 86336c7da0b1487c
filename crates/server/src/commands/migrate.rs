//! `muster migrate up|down|status`.

use super::print;
use crate::Failure;
use crate::cli::Migrate;
use crate::premises::Premises;
use crate::wiring::Store;
use platform::config::Settings;
use ports::schema::MigrationStatus;
use std::process::ExitCode;

/// Migrates, or says where the schema stands. Only looking needs no hold of the data folder.
pub(super) async fn run(direction: Migrate, settings: &Settings) -> Result<ExitCode, Failure> {
    let _premises = match direction {
        Migrate::Status => None,
        Migrate::Up | Migrate::Down { .. } => Some(Premises::take(settings)?),
    };
    let store = Store::open(&settings.database_url).await?;
    match direction {
        Migrate::Status => {
            let list = store.schema().migrations().await?;
            let lines = list.list().iter();
            let lines = lines
                .map(|migration| format!("{} {}\n", migration.version, word(migration.status)));
            print(&lines.collect::<String>())
        }
        Migrate::Up => done("applied", &store.schema().migrate_up().await?),
        Migrate::Down { steps } => done("taken back", &store.schema().migrate_down(steps).await?),
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
