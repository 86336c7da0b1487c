//! All that is wrong with a configuration, at once, because fixing faults one restart at a time is cruel.

use super::origin::Origin;

/// One thing that is wrong, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem} (from {origin})")]
pub struct ConfigFault {
    /// The setting, such as `http.listen`, or the file that could not be read.
    pub key: String,
    /// What is wrong with it. Never holds a secret.
    pub problem: String,
    /// The layer that said so.
    pub origin: Origin,
}

impl ConfigFault {
    pub(super) fn new(key: impl Into<String>, problem: impl Into<String>, origin: Origin) -> Self {
        Self {
            key: key.into(),
            problem: problem.into(),
            origin,
        }
    }
}

/// Everything that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl std::fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(f, "the configuration has {} fault{plural}", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ConfigFaults {}
