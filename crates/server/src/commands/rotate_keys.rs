//! `muster keys rotate`: a new key for access tokens before its time, for whoever fears for the one that signs. Needs
//! nothing but the database, so it works beside processes that share a server, however they are set up.

use super::print;
use crate::Failure;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wiring;
use crate::wiring::Store;
use application::signing_keys::Earlier;
use domain::signing_keys::KNOWN_WITHIN;
use jiff::{SignedDuration, Timestamp};
use platform::config::Settings;
use std::process::ExitCode;

/// Prints the id of the key (`kid`) to stdout, and what happens now to stderr.
pub(super) async fn run(revoke: bool, settings: &Settings) -> Result<ExitCode, Failure> {
    let premises = Premises::take(settings)?;
    let store = Store::open(&settings.database_url).await?;
    wiring::ready(&store).await?;
    // Whoever holds the folder is alone.
    let others_need = match premises.folder() {
        Some(_) => SignedDuration::ZERO,
        None => KNOWN_WITHIN,
    };
    let earlier = match revoke {
        true => Earlier::Go,
        false => Earlier::Stay { others_need },
    };
    let key = wiring::replace_key(&store, Machine::real())
        .run(earlier)
        .await?;
    eprintln!("{}", said(earlier, key.signs_from, others_need));
    print(&format!("{}\n", key.id))
}

fn said(earlier: Earlier, signs_from: Timestamp, others_need: SignedDuration) -> String {
    match earlier {
        Earlier::Stay { .. } => format!(
            "access tokens are signed with a new key from {signs_from} on; those that are out stay good until they \
             expire. The new key:"
        ),
        Earlier::Go if others_need.is_zero() => {
            "every access token that is out is no good any more; devices stay signed in and refresh theirs. The only \
             key now:"
                .to_owned()
        }
        Earlier::Go => format!(
            "every access token that is out is no good any more, at running processes within {} seconds; devices stay \
             signed in and refresh theirs. The only key now:",
            others_need.as_secs()
        ),
    }
}
