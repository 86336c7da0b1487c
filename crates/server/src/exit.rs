//! How a command ends: exit codes that scripts can act on (sysexits.h), and one sentence for people.

use core::fmt;
use platform::config::ConfigFaults;
use ports::Fault;
use ports::schema::SchemaError;
use std::error::Error;
use std::process::ExitCode;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Wrong usage or configuration: 64.
    Usage,
    /// A needed service is unavailable: 69.
    Unavailable,
    /// Our own fault: 70.
    Internal,
}

impl Kind {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage => 64,
            Self::Unavailable => 69,
            Self::Internal => 70,
        })
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: Kind,
    /// What to tell the person at the console.
    pub message: String,
}

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Usage,
            message: message.into(),
        }
    }

    /// A needed service is unavailable.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Unavailable,
            message: message.into(),
        }
    }

    /// Something that should not happen, with all its causes.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        Self {
            kind: Kind::Internal,
            message: chain(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// What is wrong with a setting, with all its causes.
pub(crate) fn chain_of(setting: &str, error: &(dyn Error + 'static)) -> String {
    format!("{setting} {}", chain(error))
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let (mut told, mut cause) = (error.to_string(), error.source());
    while let Some(because) = cause {
        told = format!("{told}: {because}");
        cause = because.source();
    }
    told
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let kind = match fault {
            Fault::Unavailable { .. } | Fault::Uncertain { .. } => Kind::Unavailable,
            Fault::Broken { .. } => Kind::Internal,
        };
        Self {
            kind,
            message: chain(&fault),
        }
    }
}

impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Fault(fault) => fault.into(),
            error @ (SchemaError::Behind(_) | SchemaError::Ahead(_)) => Self::usage(chain(&error)),
        }
    }
}

impl From<ConfigFaults> for Failure {
    fn from(faults: ConfigFaults) -> Self {
        Self::usage(format!("the configuration is not usable:\n{faults}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::unavailable(chain(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Kind};
    use ports::Fault;

    #[test]
    fn a_failure_names_all_its_causes() {
        let failure = Failure::from(Fault::unavailable("database", "the disk is full"));
        assert_eq!(
            (failure.kind, failure.to_string().as_str()),
            (
                Kind::Unavailable,
                "database is unavailable: the disk is full"
            )
        );
    }
}
