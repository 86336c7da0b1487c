//! `muster seed`: made-up people and photos, with a progress bar.

use crate::premises::Premises;
use crate::seed::{self, DEMO_EMAIL, DEMO_PASSWORD};
use crate::wiring::Parts;
use crate::{Failure, Kind};
use indicatif::ProgressBar;
use platform::config::Settings;
use std::process::ExitCode;

/// Seeds an empty installation and says how to sign in.
pub(super) async fn run(users: u32, seed: u64, settings: &Settings) -> Result<ExitCode, Failure> {
    let premises = Premises::take(settings)?;
    let parts = Parts::open(settings, &premises, seed::seeded(seed), None).await?;
    let _presence = parts.enter(Kind::Unavailable).await?;
    let bar = ProgressBar::new(0);
    let told = bar.clone();
    let made = seed::fill(&parts, users, seed, move |done, of| {
        told.set_length(u64::try_from(of).unwrap_or_default());
        told.set_position(u64::try_from(done).unwrap_or_default());
    })
    .await?;
    bar.finish_and_clear();
    eprintln!(
        "{} people and {} photos are in {}",
        made.people,
        made.photos,
        parts.store.shown()
    );
    eprintln!("demo sign-in: {DEMO_EMAIL} with the password {DEMO_PASSWORD}");
    Ok(ExitCode::SUCCESS)
}
