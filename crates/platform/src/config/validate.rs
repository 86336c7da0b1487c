//! Turns the merged layers into [`Settings`], collecting every fault instead of stopping at the first.

use std::path::Path;

use figment::Figment;

use super::faults::{ConfigFault, ConfigFaults};
use super::keys::KEYS;
use super::layers::{Gathered, Setting, Sources, gather};
use super::loaded::{Entry, Loaded, shown};
use super::networks::Networks;
use super::origin::{Origin, OriginKind};
use super::settings::{
    DrainSettings, HttpSettings, LimitSettings, LogSettings, ManagementSettings, Profile, Settings,
};
use super::values::{self, Parsed};
use crate::telemetry::{LogFormat, check_filter};

pub(super) fn load(sources: &Sources) -> Result<Loaded, ConfigFaults> {
    let (profile, mut gathered) = gather(sources, chosen_profile);
    let default = |(key, fallback): &(&'static str, super::keys::Fallback)| Setting {
        key,
        text: fallback.text(profile).to_owned(),
        origin: Origin::builtin(),
    };
    gathered.settings.splice(0..0, KEYS.iter().map(default));
    let mut reader = Reader {
        merged: gathered.merged(),
        folder: &sources.folder,
        environment: &sources.environment,
        faults: gathered.faults,
    };
    let settings = reader.settings();
    let entries = KEYS.iter().map(|(key, _)| reader.entry(key)).collect();
    match settings {
        Some(settings) if reader.faults.is_empty() => Ok(Loaded {
            settings,
            entries,
            ignored: gathered.ignored,
        }),
        _ => Err(ConfigFaults(reader.faults)),
    }
}

/// The profile that decides defaults and files; one that does not parse is reported later, with all other faults.
fn chosen_profile(gathered: &Gathered) -> Profile {
    gathered
        .strongest("profile")
        .and_then(|setting| profile(&setting.text).ok())
        .unwrap_or(Profile::Local)
}

pub(super) struct Reader<'a> {
    merged: Figment,
    folder: &'a Path,
    environment: &'a [(String, String)],
    pub(super) faults: Vec<ConfigFault>,
}

impl Reader<'_> {
    pub(super) fn raw(&self, key: &str) -> (String, Origin) {
        let Ok(value) = self.merged.find_value(key) else {
            return (String::new(), Origin::builtin());
        };
        let origin = self
            .merged
            .get_metadata(value.tag())
            .map_or_else(Origin::builtin, Origin::of);
        (value.into_string().unwrap_or_default(), origin)
    }

    pub(super) fn read<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Option<T> {
        let (text, origin) = self.raw(key);
        parse(&text)
            .map_err(|problem| self.faults.push(ConfigFault::new(key, problem, origin)))
            .ok()
    }

    /// An empty text is an unset value, since `MUSTER_X=` is how a compose file says "not here".
    pub(super) fn optional<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Option<Option<T>> {
        self.read(key, |text| {
            if text.is_empty() {
                Ok(None)
            } else {
                parse(text).map(Some)
            }
        })
    }

    fn entry(&self, key: &'static str) -> Entry {
        let (text, origin) = self.raw(key);
        if key == "public_url" && text.is_empty() {
            let derived = format!("http://{}", self.raw("http.listen").0);
            return Entry {
                key,
                shown: derived,
                origin: Origin::new(OriginKind::Derived, "http.listen"),
            };
        }
        Entry {
            key,
            shown: shown(key, &text, &origin),
            origin,
        }
    }

    fn settings(&mut self) -> Option<Settings> {
        let folder = self.folder;
        let profile = self.read("profile", profile);
        let secrets_dir = self.optional("secrets_dir", |text| Ok(folder.join(text)));
        let environment = self.environment;
        let database = self.read("database_url", |text| values::database(text, folder));
        let redis = self.optional("redis_url", values::redis);
        let objects = self.read("objects_url", |text| {
            values::objects(text, folder, environment)
        });
        let public_url = self.optional("public_url", values::public_url);
        let (http, limits) = (self.http(), self.limits());
        let management = self.read("management.listen", values::listen);
        let (log, auth, drain) = (self.log(profile), self.auth(), self.drain());
        Some(Settings {
            profile: profile?,
            secrets_dir: secrets_dir?,
            database_url: database?,
            redis_url: redis?,
            objects_url: objects?,
            public_url: public_url?,
            http: http?,
            limits: limits?,
            management: ManagementSettings {
                listen: management?,
            },
            log: log?,
            auth: auth?,
            drain: drain?,
        })
    }

    fn http(&mut self) -> Option<HttpSettings> {
        let listen = self.read("http.listen", values::listen);
        let hsts = self.read("http.hsts", values::boolean);
        let xss_protection = self.read("http.xss_protection", values::header_value);
        let max_body_bytes = self.read("http.max_body_bytes", values::bytes);
        let max_json_bytes = self.read("http.max_json_bytes", values::bytes);
        let header_timeout = self.read("http.header_timeout", values::positive_duration);
        let body_idle_timeout = self.read("http.body_idle_timeout", values::positive_duration);
        let handler_deadline = self.read("http.handler_deadline", values::positive_duration);
        let trusted_proxies = self.read("http.trusted_proxies", Networks::parse);
        let cors_origins = self.read("http.cors_origins", values::origins);
        Some(HttpSettings {
            listen: listen?,
            hsts: hsts?,
            xss_protection: xss_protection?,
            max_body_bytes: max_body_bytes?,
            max_json_bytes: max_json_bytes?,
            header_timeout: header_timeout?,
            body_idle_timeout: body_idle_timeout?,
            handler_deadline: handler_deadline?,
            trusted_proxies: trusted_proxies?,
            cors_origins: cors_origins?,
        })
    }

    fn limits(&mut self) -> Option<LimitSettings> {
        let requests = self.read("limits.requests", values::positive);
        let burst = self.read("limits.burst", values::positive);
        let key_requests = self.read("limits.key_requests", values::positive);
        let uploads = self.read("limits.uploads", values::positive);
        Some(LimitSettings {
            requests: requests?,
            burst: burst?,
            key_requests: key_requests?,
            uploads: uploads?,
        })
    }

    fn log(&mut self, profile: Option<Profile>) -> Option<LogSettings> {
        let filter = self.read("log.filter", |text| {
            check_filter(text).map(|()| text.to_owned())
        });
        let format = self.read("log.format", |text| {
            log_format(text, profile.unwrap_or(Profile::Local))
        });
        Some(LogSettings {
            filter: filter?,
            format: format?,
        })
    }

    fn drain(&mut self) -> Option<DrainSettings> {
        let pre_stop = self.read("drain.pre_stop", values::duration);
        let delay = self.read("drain.delay", values::duration);
        let deadline = self.read("drain.deadline", values::positive_duration);
        let grace = self.read("drain.grace", values::positive_duration);
        Some(DrainSettings {
            pre_stop: pre_stop?,
            delay: delay?,
            deadline: deadline?,
            grace: grace?,
        })
    }
}

fn profile(text: &str) -> Parsed<Profile> {
    match text {
        "local" => Ok(Profile::Local),
        "production" => Ok(Profile::Production),
        _ => Err("must be `local` or `production`".to_owned()),
    }
}

fn log_format(text: &str, profile: Profile) -> Parsed<LogFormat> {
    match (text, profile) {
        ("json", _) | ("auto", Profile::Production) => Ok(LogFormat::Json),
        ("terminal", _) | ("auto", Profile::Local) => Ok(LogFormat::Terminal),
        _ => Err("must be `auto`, `json` or `terminal`".to_owned()),
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
