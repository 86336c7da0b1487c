//! `muster admin create`: a one-time link, for an installation that nobody can sign in to (yet, or any more).

use super::print;
use crate::cli::Admin;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wiring;
use crate::wiring::Parts;
use crate::{Failure, Kind};
use application::Request;
use application::accounts::{InviteUserError, Invited};
use domain::accounts::{Email, Role, SearchTerm, UserFilter};
use platform::config::Settings;
use std::process::ExitCode;

/// Prints the link to stdout.
pub(super) async fn run(action: &Admin, settings: &Settings) -> Result<ExitCode, Failure> {
    let Admin::Create { email } = action;
    let email = Email::parse(email).map_err(|error| Failure::usage(format!("--email {error}")))?;
    let premises = Premises::take(settings)?;
    let parts = Parts::open(settings, &premises, Machine::real(), None).await?;
    let _presence = parts.enter(Kind::Unavailable).await?;
    let (link, invited) = issue(&parts, &email).await?;
    eprintln!("this link works once, until {}:", invited.expires_at);
    let base = settings.public_url_or(settings.http.listen);
    print(&format!(
        "{base}/invitation#{link}={}\n",
        invited.code.reveal()
    ))
}

async fn issue(parts: &Parts, email: &Email) -> Result<(&'static str, Invited), Failure> {
    let (invite, request) = (
        wiring::invite(parts),
        Request::by_system("muster admin create"),
    );
    if parts.users.is_empty().await? {
        return Ok(("setup", invite.first_admin(&request).await.map_err(failed)?));
    }
    let term = SearchTerm::parse(email.reveal())
        .map_err(|error| Failure::usage(format!("--email {error}")))?;
    let filter = UserFilter {
        term: Some(term),
        role: Some(Role::Admin),
        ..UserFilter::default()
    };
    let admins = parts.users.list(&filter, None, 50).await?;
    let admin = admins.iter().find(|admin| admin.profile.email == *email);
    let admin = admin.ok_or_else(|| {
        Failure::usage("there is no admin with this email; admins are made by other admins")
    })?;
    Ok((
        "code",
        invite.run(&request, admin.id).await.map_err(failed)?,
    ))
}

fn failed(error: InviteUserError) -> Failure {
    match error {
        InviteUserError::Fault(fault) => fault.into(),
        error @ (InviteUserError::Forbidden(_)
        | InviteUserError::Missing
        | InviteUserError::AlreadySetUp
        | InviteUserError::Contended) => Failure::usage(error.to_string()),
    }
}
