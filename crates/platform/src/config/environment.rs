//! The door to the process environment, and the rule that tells our variables from those Kubernetes injects.

use super::keys;

const PREFIX: &str = "MUSTER_";

/// The environment of this process; what is not Unicode is replaced by U+FFFD and then fails its own validation.
/// This is the one place that reads it.
#[must_use]
pub fn process_environment() -> Vec<(String, String)> {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os()
        .map(|(name, value)| (lossy(name), lossy(value)))
        .collect()
}

/// What an environment variable is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// Somebody else's.
    Foreign,
    /// Injected by Kubernetes because a service is called `muster…`.
    Injected,
    /// A setting of this key.
    Setting(&'static str),
    /// It has our prefix and names no setting; this is the key it would be.
    Unknown(String),
}

impl Variable {
    /// Sorts one variable.
    pub(super) fn sort(name: &str, value: &str) -> Self {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            return Self::Foreign;
        };
        let key = rest.to_lowercase().replace("__", ".");
        match keys::known(&key) {
            Some(known) => Self::Setting(known),
            None if is_injected(rest, value) => Self::Injected,
            None => Self::Unknown(key),
        }
    }
}

/// Kubernetes describes a service `muster` (`MUSTER_PORT_8080_TCP`) and its siblings such as `muster-management`
/// (`MUSTER_MANAGEMENT_SERVICE_HOST`) in the style of Docker links. Source: Kubernetes, "Environment variables" of Services.
fn is_injected(rest: &str, value: &str) -> bool {
    let own = rest == "PORT" || rest.starts_with("PORT_") || rest.starts_with("SERVICE_");
    let link = value.starts_with("tcp://") || value.starts_with("udp://");
    let numbered_port = rest
        .split_once("_PORT_")
        .is_some_and(|(_, port)| port.starts_with(|c: char| c.is_ascii_digit()));
    let sibling = rest.contains("_SERVICE_HOST") || rest.contains("_SERVICE_PORT") || numbered_port;
    !rest.contains("__") && (own || sibling || (rest.ends_with("_PORT") && link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_underscores_nest() {
        assert_eq!(
            Variable::sort("MUSTER_HTTP__LISTEN", "x"),
            Variable::Setting("http.listen")
        );
        assert_eq!(
            Variable::sort("MUSTER_DATABASE_URL", "x"),
            Variable::Setting("database_url")
        );
        assert_eq!(Variable::sort("PATH", "x"), Variable::Foreign);
        assert_eq!(
            Variable::sort("MUSTER_HTTP_LISTEN", "x"),
            Variable::Unknown("http_listen".into())
        );
    }

    #[test]
    fn what_kubernetes_injects_is_recognised() {
        for (name, value) in [
            ("MUSTER_PORT", "tcp://10.0.0.1:80"),
            ("MUSTER_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("MUSTER_SERVICE_HOST", "10.0.0.1"),
            ("MUSTER_MANAGEMENT_SERVICE_PORT_HTTP", "8081"),
            ("MUSTER_MANAGEMENT_PORT", "tcp://10.0.0.2:8081"),
            ("MUSTER_MANAGEMENT_PORT_8081_TCP", "tcp://10.0.0.2:8081"),
        ] {
            assert_eq!(Variable::sort(name, value), Variable::Injected, "{name}");
        }
        assert_eq!(
            Variable::sort("MUSTER_HTTP_PORT", "8080"),
            Variable::Unknown("http_port".into())
        );
    }
}
