//! The commands. Data goes to stdout, words for people to stderr.

pub mod admin;
pub mod audit;
pub mod config;
pub mod healthcheck;
pub mod keys;
pub mod migrate;
pub mod openapi;
pub mod rotate_keys;
pub mod seed;
pub mod serve;

use crate::Failure;
use crate::cli::{Cli, Command};
use platform::config::{Loaded, Settings, Sources, process_environment};
use std::process::ExitCode;

/// Carries a command out.
///
/// # Errors
/// [`Failure`] says why it could not be.
pub fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let loaded = || load(&cli);
    match &cli.command {
        Command::Openapi => openapi::run(),
        Command::Config { action } => config::run(*action, &loaded()?),
        Command::Healthcheck => healthcheck::run(&loaded()?.settings),
        Command::Migrate { direction } => blocking(migrate::run(*direction, &loaded()?.settings)),
        Command::Seed { users, seed } => blocking(seed::run(*users, *seed, &loaded()?.settings)),
        Command::Admin { action } => blocking(admin::run(action, &loaded()?.settings)),
        Command::Keys { action } => blocking(keys::run(action, &loaded()?.settings)),
        Command::Audit { action } => blocking(audit::run(*action, &loaded()?.settings)),
        Command::Serve { only } => serve::run(&loaded()?, only),
        Command::Bench {
            seconds,
            rounds,
            mixed,
            serve,
        } => crate::bench::run(*seconds, *rounds, *mixed, *serve),
    }
}

fn load(cli: &Cli) -> Result<Loaded, Failure> {
    let sources = Sources {
        folder: std::env::current_dir()?,
        environment: process_environment(),
        flags: cli.flags()?,
    };
    Ok(Settings::load(&sources)?)
}

/// Runs an asynchronous command to its end.
fn blocking(command: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(command)
}

/// Writes data to stdout; a reader that went away is no failure.
pub(crate) fn print(data: &str) -> Result<ExitCode, Failure> {
    use std::io::Write as _;
    match std::io::stdout().write_all(data.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(ExitCode::SUCCESS),
    }
}
