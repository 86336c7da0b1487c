//! `muster bench`: what the parts cost on this machine, as ratios between things measured in the same run.
//!
//! The server is a process of its own, and each round measures everything once, so that what else the
//! machine does falls on all alike.

mod load;
mod mixed;
mod report;
mod start;
mod target;

use crate::Failure;
use crate::commands::print;
use platform::config::{DatabaseUrl, Settings};
use report::Report;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;
use target::{Child, LAYERS};

/// Measures, or serves what is measured.
///
/// # Errors
/// [`Failure`] when the server cannot be started or does not answer as it should.
pub fn run(seconds: u64, rounds: usize, mixed: u64, serve: bool) -> Result<ExitCode, Failure> {
    if serve {
        return target::serve();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let time = Duration::from_secs(seconds.max(1));
    let report = runtime.block_on(measured(time, rounds.max(1)))?;
    print(&report.to_string())?;
    if mixed > 0 {
        let mixed = runtime.block_on(mixed_work(Duration::from_secs(mixed)))?;
        print(&mixed.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn mixed_work(time: Duration) -> Result<mixed::Mixed, Failure> {
    let child = Child::start()?;
    mixed::run(child.address("bytes")?, child.token()?, time).await
}

async fn measured(time: Duration, rounds: usize) -> Result<Report, Failure> {
    // Parts that are there already have no start of their own.
    let started = match Settings::load(&target::sources(std::env::temp_dir()))?
        .settings
        .database_url
    {
        DatabaseUrl::Sqlite(_) => Some(start::measured().await?),
        DatabaseUrl::Postgres(_) => None,
    };
    let child = Child::start()?;
    let mut taken: BTreeMap<&'static str, Vec<load::Measured>> = BTreeMap::new();
    let names = LAYERS
        .iter()
        .map(|(name, _)| *name)
        .chain(["bare", "bytes", "user"]);
    let names: Vec<&'static str> = names.collect();
    for name in &names {
        load::run(
            child.address(name)?,
            &child.request(name)?,
            Duration::from_millis(300),
        )
        .await?;
    }
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for name in &names {
            let measured = load::run(child.address(name)?, &child.request(name)?, time).await?;
            taken.entry(name).or_default().push(measured);
        }
    }
    Ok(Report::new(taken, started))
}
