//! How people prove who they are: the one way that the settings name.

use super::Parts;
use crate::Failure;
use adapter_identity::{HmacGateway, JwksTerms, JwksTokens, SignatureAlgorithm};
use application::accounts::{
    KnownSubjects, Recognise, RecogniseDevice, RecogniseForeign, RecogniseGateway,
};
use platform::config::{AuthMode, JwksSettings};
use std::sync::Arc;
use std::time::Duration;

/// How far the issuer's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(30);

/// Whom people are signed in by.
#[derive(Clone)]
pub enum SignedInBy {
    /// By us.
    Us,
    /// By an outside issuer.
    Issuer {
        /// Its keys.
        tokens: Arc<JwksTokens>,
        /// Whether somebody whom nobody knows is entered.
        provision: bool,
    },
    /// By a gateway.
    Gateway(Arc<HmacGateway>),
}

impl SignedInBy {
    /// Prepares what the mode needs. An issuer is not asked for anything yet.
    pub(super) fn open(mode: &AuthMode) -> Result<Self, Failure> {
        match mode {
            AuthMode::Local => Ok(Self::Us),
            AuthMode::Jwks(settings) => Ok(Self::Issuer {
                tokens: Arc::new(issuer(settings)?),
                provision: settings.provision,
            }),
            AuthMode::Gateway(settings) => {
                let gateway = HmacGateway::new(settings.secret.reveal().as_bytes());
                let gateway = gateway.map_err(|error| wrong(&error))?;
                Ok(Self::Gateway(Arc::new(gateway)))
            }
        }
    }
}

fn issuer(settings: &JwksSettings) -> Result<JwksTokens, Failure> {
    let algorithms = settings
        .algorithms
        .iter()
        .map(|name| SignatureAlgorithm::parse(name));
    let terms = JwksTerms {
        issuer: settings.issuer.clone(),
        audience: settings.audience.clone(),
        jwks_url: settings.jwks_url.clone(),
        algorithms: algorithms
            .collect::<Result<_, _>>()
            .map_err(|error| wrong(&error))?,
        roles_claim: settings.roles_claim.clone(),
        leeway: LEEWAY,
        plain_http: false,
    };
    JwksTokens::new(terms).map_err(|error| wrong(&error))
}

fn wrong(error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::usage(crate::exit::chain_of("auth", error))
}

pub(super) fn recognise(parts: &Parts) -> Recognise {
    let clock = parts.clock.clone();
    let subjects = |provision| {
        KnownSubjects::new(
            parts.subjects.clone(),
            parts.users.clone(),
            parts.ids.clone(),
            parts.clock.clone(),
            parts.pseudonyms.clone(),
            provision,
        )
    };
    match &parts.signed_in_by {
        SignedInBy::Us => Recognise::Devices(RecogniseDevice {
            tokens: parts.tokens.clone(),
            users: parts.users.clone(),
            sessions: parts.sessions.clone(),
            view: parts.view.clone(),
            clock,
        }),
        SignedInBy::Issuer { tokens, provision } => Recognise::Foreign(RecogniseForeign {
            tokens: tokens.clone(),
            subjects: subjects(*provision),
            clock,
        }),
        SignedInBy::Gateway(signatures) => Recognise::Gateway(RecogniseGateway {
            signatures: signatures.clone(),
            subjects: subjects(false),
            clock,
        }),
    }
}
