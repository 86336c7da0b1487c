//! Every setting there is, in one table, so that an unknown key can be told from a known one.

use super::settings::Profile;

/// What a setting is when nobody sets it.
pub(super) enum Fallback {
    /// The same in every profile.
    Always(&'static str),
    /// One value on a developer's machine, another in production.
    ByProfile {
        local: &'static str,
        production: &'static str,
    },
    /// Nothing: the setting is optional.
    Unset,
}

impl Fallback {
    /// The text of the default in this profile.
    pub(super) fn text(&self, profile: Profile) -> &'static str {
        match (self, profile) {
            (Self::Always(text), _) => text,
            (Self::ByProfile { local, .. }, Profile::Local) => local,
            (Self::ByProfile { production, .. }, Profile::Production) => production,
            (Self::Unset, _) => "",
        }
    }
}

use Fallback::{Always, ByProfile, Unset};

/// Name and default of each setting, in the order `config print` lists them.
pub(super) const KEYS: &[(&str, Fallback)] = &[
    ("profile", Always("local")),
    ("secrets_dir", Unset),
    ("database_url", Always("sqlite://./data/muster.db")),
    ("redis_url", Unset),
    ("objects_url", Always("file://./data/objects")),
    ("public_url", Unset),
    ("http.listen", Always("127.0.0.1:8080")),
    ("http.hsts", Always("false")),
    ("http.xss_protection", Always("0")),
    ("http.max_body_bytes", Always("10 MiB")),
    ("http.max_json_bytes", Always("1 MiB")),
    ("http.header_timeout", Always("5s")),
    ("http.body_idle_timeout", Always("10s")),
    ("http.handler_deadline", Always("30s")),
    ("http.trusted_proxies", Unset),
    ("http.cors_origins", Unset),
    ("limits.requests", Always("100")),
    ("limits.burst", Always("200")),
    ("limits.key_requests", Always("10000")),
    ("limits.uploads", Always("20")),
    ("management.listen", Always("127.0.0.1:8081")),
    ("log.filter", Always("info")),
    ("log.format", Always("auto")),
    ("auth.mode", Always("local")),
    ("auth.issuer", Unset),
    ("auth.audience", Unset),
    ("auth.jwks_url", Unset),
    ("auth.algorithms", Unset),
    ("auth.roles_claim", Unset),
    ("auth.provision", Unset),
    ("auth.gateway_peers", Unset),
    ("auth.gateway_secret", Unset),
    ("drain.pre_stop", Always("0s")),
    (
        "drain.delay",
        ByProfile {
            local: "0s",
            production: "5s",
        },
    ),
    ("drain.deadline", Always("20s")),
    ("drain.grace", Always("30s")),
];

/// Those whose values are not shown, wherever they come from.
pub(super) const SECRET: [&str; 1] = ["auth.gateway_secret"];

/// The table's own spelling of a key, if there is such a key.
pub(super) fn known(name: &str) -> Option<&'static str> {
    KEYS.iter().map(|(key, _)| *key).find(|key| *key == name)
}
