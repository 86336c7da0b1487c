//! `muster serve`: starts the service, says where it is, and ends when it is told to.

use crate::Failure;
use crate::allocator;
use crate::cli::Context;
use crate::serving::Serving;
use actix_web::rt::{System, SystemRunner};
use platform::config::{DatabaseUrl, Loaded, ObjectsUrl, Settings};
use platform::lifecycle::{self, Lifecycle};
use platform::telemetry;
use std::process::ExitCode;
use std::time::Duration;

/// How long telemetry may take to be written at the end.
const FLUSH: Duration = Duration::from_secs(2);

/// Serves until a signal comes.
/// `only` chooses among the parts of the product; there is one so far, and every choice has it.
pub(super) fn run(loaded: &Loaded, only: &[Context]) -> Result<ExitCode, Failure> {
    allocator::give_back_at_once();
    let lifecycle = Lifecycle::new();
    lifecycle::install(&lifecycle)?;
    let settings = &loaded.settings;
    let logging = telemetry::init(&settings.log.filter, settings.log.format)
        .map_err(|error| Failure::internal(&error))?;
    if !loaded.ignored.is_empty() {
        tracing::info!(
            count = loaded.ignored.len(),
            "environment variables of Kubernetes services are ignored"
        );
    }
    let report = system(settings)?.block_on(async {
        let serving = Serving::start(settings, &lifecycle).await?;
        greet(&serving, settings, only);
        Ok::<_, Failure>(serving.until_told_to_stop().await)
    })?;
    report.log();
    logging.flush(FLUSH);
    Ok(ExitCode::from(report.exit_code()))
}

/// The runtime that listens, runs the jobs and talks to the parts. A server on the network is talked to by
/// as many threads as there are cores, since whatever it sends passes through here; a file has threads of
/// its own.
fn system(settings: &Settings) -> Result<SystemRunner, Failure> {
    if let DatabaseUrl::Sqlite(_) = settings.database_url {
        return Ok(System::new());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    Ok(System::with_tokio_rt(move || runtime))
}

fn photos(url: &ObjectsUrl) -> String {
    match url {
        ObjectsUrl::File(path) => path.display().to_string(),
        ObjectsUrl::S3(bucket) => bucket.address.clone(),
    }
}

/// What a person at the console needs to know.
fn greet(serving: &Serving, settings: &Settings, only: &[Context]) {
    eprintln!(
        "muster {} is listening on http://{}",
        env!("CARGO_PKG_VERSION"),
        serving.address
    );
    eprintln!("management on http://{}", serving.management);
    eprintln!(
        "people are in {}, photos in {}",
        serving.people_are_in(),
        photos(&settings.objects_url)
    );
    if !only.is_empty() {
        let parts: Vec<String> = only
            .iter()
            .map(|part| format!("{part:?}").to_lowercase())
            .collect();
        eprintln!("serving only {}", parts.join(", "));
    }
    if let Some(link) = &serving.setup {
        eprintln!(
            "nobody is here yet. Open this link, which works once, to become the first admin:"
        );
        eprintln!("set-up link: {link}");
    }
    eprintln!("stop with Ctrl-C");
}
