//! `muster keys create`: a machine key, for whoever sets machines up without signing in. `rotate_keys` is about the keys
//! that sign.

use super::{print, rotate_keys};
use crate::cli::Keys;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wiring;
use crate::wiring::Parts;
use crate::{Failure, Kind};
use application::Request;
use application::accounts::CreateApiKeyError;
use domain::accounts::{KeyName, Scope, Scopes};
use platform::config::Settings;
use std::process::ExitCode;

/// Carries one of them out.
pub(super) async fn run(action: &Keys, settings: &Settings) -> Result<ExitCode, Failure> {
    match action {
        Keys::Create { name, scope } => create(name, scope, settings).await,
        Keys::Rotate { revoke } => rotate_keys::run(*revoke, settings).await,
    }
}

/// Prints the key to stdout.
async fn create(name: &str, scope: &[String], settings: &Settings) -> Result<ExitCode, Failure> {
    let name = KeyName::parse(name).map_err(|error| Failure::usage(format!("--name {error}")))?;
    let scopes = scope
        .iter()
        .map(|word| parsed(word))
        .collect::<Result<Scopes, Failure>>()?;
    let premises = Premises::take(settings)?;
    let parts = Parts::open(settings, &premises, Machine::real(), None).await?;
    let _presence = parts.enter(Kind::Unavailable).await?;
    let request = Request::by_system("muster keys create");
    let create = wiring::create_key(&parts);
    let made = create.run(&request, name, scopes).await.map_err(failed)?;
    eprintln!(
        "this key is shown once; it is revoked with DELETE /v1/keys/{}:",
        made.key.id
    );
    print(&format!("{}\n", made.text.reveal()))
}

fn parsed(word: &str) -> Result<Scope, Failure> {
    Scope::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
        Failure::usage(format!("--scope is one of {}", known.join(", ")))
    })
}

fn failed(error: CreateApiKeyError) -> Failure {
    match error {
        CreateApiKeyError::Fault(fault) => fault.into(),
        error @ CreateApiKeyError::Forbidden(_) => Failure::usage(error.to_string()),
    }
}
