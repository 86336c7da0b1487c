//! What is allowed and yet likely to hurt: the warnings of `config check`.

use std::time::Duration;

use super::loaded::Loaded;
use super::settings::{AuthMode, DatabaseUrl, Profile, Settings};

/// How long flushing telemetry at the end may take.
const FLUSH: Duration = Duration::from_secs(2);

impl Loaded {
    /// Warnings, one sentence each; empty when there is nothing to say.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        [
            time_budget,
            public_address,
            transport_security,
            shared_listener,
            hidden_sources,
            everybody_is_a_proxy,
            everybody_is_the_gateway,
            one_process,
        ]
        .into_iter()
        .filter_map(|warning| warning(&self.settings))
        .collect()
    }
}

impl Loaded {
    /// What holds with these settings and should be known, one sentence each. Nothing is asked but the settings.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        vec![who_guards_the_trail(&self.settings)]
    }
}

fn who_guards_the_trail(settings: &Settings) -> String {
    match settings.database_url {
        DatabaseUrl::Sqlite(_) => {
            "whoever can write the database file owns the audit trail: triggers stand in for the missing right to change \
             and delete its rows, and `muster audit verify` finds what was changed all the same"
        }
        DatabaseUrl::Postgres(_) => {
            "whether the user of database_url owns the audit trail, so that triggers stand in for the missing right to \
             change and delete its rows, is known to the database alone: `muster audit verify` asks it and says so"
        }
    }
    .to_owned()
}

fn one_process(settings: &Settings) -> Option<String> {
    let shared = matches!(settings.database_url, DatabaseUrl::Postgres(_));
    (shared && settings.redis_url.is_none()).then(|| {
        "redis_url is not set, so one process at a time can serve this database".to_owned()
    })
}

fn time_budget(settings: &Settings) -> Option<String> {
    let drain = &settings.drain;
    let needed = drain.pre_stop + drain.delay + drain.deadline + FLUSH;
    (needed > drain.grace).then(|| {
        format!(
            "stopping may take {needed:?} (drain.pre_stop + drain.delay + drain.deadline + {FLUSH:?} to flush) but \
             drain.grace is {:?}: the process would be killed first",
            drain.grace
        )
    })
}

fn public_address(settings: &Settings) -> Option<String> {
    let needed =
        settings.profile == Profile::Production || settings.http.listen.ip().is_unspecified();
    (needed && settings.public_url.is_none()).then(|| {
        format!(
            "public_url is not set, so links will start with http://{}",
            settings.http.listen
        )
    })
}

fn transport_security(settings: &Settings) -> Option<String> {
    let https = settings
        .public_url
        .as_ref()
        .is_some_and(|url| url.starts_with("https://"));
    (https && !settings.http.hsts).then(|| "public_url is https but http.hsts is false".to_owned())
}

fn hidden_sources(settings: &Settings) -> Option<String> {
    let https = settings
        .public_url
        .as_ref()
        .is_some_and(|url| url.starts_with("https://"));
    (https && settings.http.trusted_proxies.is_empty()).then(|| {
        "public_url is https, so a proxy stands in front, and http.trusted_proxies is not set: everybody who is not \
         signed in would be counted as the proxy, and locked out together"
            .to_owned()
    })
}

fn everybody_is_a_proxy(settings: &Settings) -> Option<String> {
    settings.http.trusted_proxies.have_everybody().then(|| {
        "http.trusted_proxies has every address: whoever connects says themselves where they come from".to_owned()
    })
}

fn everybody_is_the_gateway(settings: &Settings) -> Option<String> {
    match &settings.auth.mode {
        AuthMode::Gateway(gateway) if gateway.peers.have_everybody() => Some(
            "auth.gateway_peers has every address: nothing but the secret tells the gateway from anybody else"
                .to_owned(),
        ),
        AuthMode::Gateway(_) | AuthMode::Local | AuthMode::Jwks(_) => None,
    }
}

fn shared_listener(settings: &Settings) -> Option<String> {
    let shared =
        settings.http.listen == settings.management.listen && settings.http.listen.port() != 0;
    (settings.profile == Profile::Production && shared)
        .then(|| "management.listen is http.listen, so metrics and details are as public as the application".to_owned())
}
