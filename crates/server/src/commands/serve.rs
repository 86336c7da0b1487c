//! `muster serve`: starts the service, says where it is, and ends when it is told to.

use crate::Failure;
use crate::allocator;
use crate::serving::Serving;
use platform::config::{Loaded, Settings};
use platform::lifecycle::{self, Lifecycle};
use platform::telemetry;
use std::process::ExitCode;
use std::time::Duration;

/// How long telemetry may take to be written at the end.
const FLUSH: Duration = Duration::from_secs(2);

/// Serves until a signal comes.
pub(super) fn run(loaded: &Loaded) -> Result<ExitCode, Failure> {
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
    let report = actix_web::rt::System::new().block_on(async {
        let serving = Serving::start(settings, &lifecycle).await?;
        greet(&serving, settings);
        Ok::<_, Failure>(serving.until_told_to_stop().await)
    })?;
    report.log();
    logging.flush(FLUSH);
    Ok(ExitCode::from(report.exit_code()))
}

/// What a person at the console needs to know.
fn greet(serving: &Serving, settings: &Settings) {
    eprintln!(
        "muster {} is listening on http://{}",
        env!("CARGO_PKG_VERSION"),
        serving.address
    );
    eprintln!("management on http://{}", serving.management);
    eprintln!(
        "people are in {}, photos in {}",
        settings.database_url.path().display(),
        settings.objects_url.path().display()
    );
    if let Some(link) = &serving.setup {
        eprintln!(
            "nobody is here yet. Open this link, which works once, to become the first admin:"
        );
        eprintln!("set-up link: {link}");
    }
    eprintln!("stop with Ctrl-C");
}
