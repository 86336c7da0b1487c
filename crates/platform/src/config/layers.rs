//! Gathers the layers in their order, each value with its origin, and notices keys nobody knows.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Provider};

use super::environment::Variable;
use super::faults::ConfigFault;
use super::keys;
use super::origin::{Origin, OriginKind};
use super::settings::Profile;

/// Where settings are looked for.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The working folder, which holds `config/` and which relative paths are relative to.
    pub folder: PathBuf,
    /// Environment variables, ours and others; see [`super::process_environment`].
    pub environment: Vec<(String, String)>,
    /// Flags of the command, as pairs of a key such as `http.listen` and a value.
    pub flags: Vec<(String, String)>,
}

/// One value from one layer.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Provider for Setting {
    fn metadata(&self) -> Metadata {
        self.origin.metadata()
    }

    fn data(&self) -> Result<Map<figment::Profile, Dict>, figment::Error> {
        let nested = figment::util::nest(self.key, Value::from(self.text.clone()));
        Ok(nested
            .into_dict()
            .map(|dict| Map::from([(figment::Profile::Default, dict)]))
            .unwrap_or_default())
    }
}

/// What the layers said.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Weakest first.
    pub(super) settings: Vec<Setting>,
    pub(super) faults: Vec<ConfigFault>,
    /// Names of injected variables that were left alone.
    pub(super) ignored: Vec<String>,
}

impl Gathered {
    /// The strongest value of a key so far.
    pub(super) fn strongest(&self, key: &str) -> Option<&Setting> {
        self.settings
            .iter()
            .rfind(|setting| setting.key == key && !setting.text.is_empty())
    }

    /// All values in one tree, the stronger over the weaker.
    pub(super) fn merged(&self) -> Figment {
        self.settings
            .iter()
            .cloned()
            .fold(Figment::new(), Figment::merge)
    }

    fn add(&mut self, name: &str, text: String, origin: Origin) {
        match keys::known(name) {
            Some(key) => self.settings.push(Setting { key, text, origin }),
            None => self
                .faults
                .push(ConfigFault::new(name, "is not a setting", origin)),
        }
    }

    fn join(&mut self, other: Self) {
        self.settings.extend(other.settings);
        self.faults.extend(other.faults);
        self.ignored.extend(other.ignored);
    }
}

/// Reads every layer above the defaults; `profile_of` decides which profile's file is read.
pub(super) fn gather(
    sources: &Sources,
    profile_of: impl Fn(&Gathered) -> Profile,
) -> (Profile, Gathered) {
    let mut above = environment(sources);
    above.join(flags(sources));
    let mut all = file(sources, "config/base.toml");
    let secrets_dir = above
        .strongest("secrets_dir")
        .or_else(|| all.strongest("secrets_dir"))
        .cloned();
    let secrets = secrets_dir
        .map(|setting| secrets(sources, &setting))
        .unwrap_or_default();
    let mut deciding = Gathered {
        settings: all.settings.clone(),
        ..Gathered::default()
    };
    deciding
        .settings
        .extend(secrets.settings.iter().chain(&above.settings).cloned());
    let profile = profile_of(&deciding);
    let mut own = file(sources, profile_file(profile));
    own.refuse(
        &["profile", "secrets_dir"],
        "must be set in `config/base.toml`, the environment or a flag",
    );
    all.join(own);
    all.join(secrets);
    all.join(above);
    (profile, all)
}

impl Gathered {
    fn refuse(&mut self, keys: &[&str], problem: &str) {
        let refused = self
            .settings
            .extract_if(.., |setting| keys.contains(&setting.key));
        self.faults
            .extend(refused.map(|setting| ConfigFault::new(setting.key, problem, setting.origin)));
    }
}

fn profile_file(profile: Profile) -> &'static str {
    match profile {
        Profile::Local => "config/local.toml",
        Profile::Production => "config/production.toml",
    }
}

fn environment(sources: &Sources) -> Gathered {
    let mut gathered = Gathered::default();
    for (name, value) in &sources.environment {
        let origin = Origin::new(OriginKind::Environment, name.as_str());
        match Variable::sort(name, value) {
            Variable::Foreign => {}
            Variable::Injected => gathered.ignored.push(name.clone()),
            Variable::Setting(key) => gathered.add(key, value.trim().to_owned(), origin),
            Variable::Unknown(key) => gathered.add(&key, String::new(), origin),
        }
    }
    gathered
}

fn flags(sources: &Sources) -> Gathered {
    let mut gathered = Gathered::default();
    for (key, value) in &sources.flags {
        gathered.add(
            key,
            value.clone(),
            Origin::new(OriginKind::Flag, key.as_str()),
        );
    }
    gathered
}

fn file(sources: &Sources, name: &str) -> Gathered {
    let mut gathered = Gathered::default();
    let origin = Origin::new(OriginKind::File, name);
    match fs::read_to_string(sources.folder.join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => gathered.faults.push(ConfigFault::new(
            name,
            format!("cannot be read: {error}"),
            origin,
        )),
        Ok(text) => match Toml::from_str::<Dict>(&text) {
            Err(error) => {
                gathered.faults.push(ConfigFault::new(
                    name,
                    format!("is not TOML: {}", error.message()),
                    origin,
                ));
            }
            Ok(dict) => flatten(&mut gathered, "", dict, &origin),
        },
    }
    gathered
}

fn flatten(gathered: &mut Gathered, prefix: &str, dict: Dict, origin: &Origin) {
    for (name, value) in dict {
        let key = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            Value::Dict(_, inner) => flatten(gathered, &key, inner, origin),
            Value::String(_, text) => gathered.add(&key, text, origin.clone()),
            Value::Bool(_, truth) => gathered.add(&key, truth.to_string(), origin.clone()),
            Value::Num(_, number) => gathered.add(&key, number_text(number), origin.clone()),
            _ => gathered.faults.push(ConfigFault::new(
                key,
                "must be one value: a text, a number or a truth",
                origin.clone(),
            )),
        }
    }
}

fn number_text(number: figment::value::Num) -> String {
    let whole = number
        .to_i128()
        .map(|whole| whole.to_string())
        .or_else(|| number.to_u128().map(|whole| whole.to_string()));
    whole
        .or_else(|| number.to_f64().map(|float| float.to_string()))
        .unwrap_or_default()
}

fn secrets(sources: &Sources, setting: &Setting) -> Gathered {
    let mut gathered = Gathered::default();
    let folder = sources.folder.join(&setting.text);
    let unreadable = |what: &Path, error: std::io::Error| {
        let problem = format!("`{}` cannot be read: {error}", what.display());
        ConfigFault::new("secrets_dir", problem, setting.origin.clone())
    };
    let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) => {
            gathered.faults.push(unreadable(&folder, error));
            return gathered;
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // Kubernetes keeps its own bookkeeping beside the secrets, in names that start with two dots.
        if name.starts_with('.') {
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) => {
                let origin = Origin::new(OriginKind::Secret, path.display().to_string());
                gathered.add(&name.replace("__", "."), text.trim().to_owned(), origin);
            }
            Err(error) => gathered.faults.push(unreadable(&path, error)),
        }
    }
    gathered.refuse(&["secrets_dir"], "cannot be a secret");
    gathered
}
