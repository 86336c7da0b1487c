//! One vocabulary of technical failure, so that a caller can do the three things there are to do.

use core::fmt;

/// Whatever a driver reported.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A technical failure. `Display` never repeats the source: the chain is logged once, where it is handled.
#[derive(Debug)]
pub enum Fault {
    /// Certainly not applied: trying again later may help.
    Unavailable {
        /// Which part: `database`, `objects`, `cache`, …
        backend: &'static str,
        /// What its driver said.
        source: BoxError,
    },
    /// COMMIT was sent and its answer was lost: only the Idempotency-Key resolves it. Never retried.
    Uncertain {
        /// Which part.
        backend: &'static str,
        /// What its driver said.
        source: BoxError,
    },
    /// It never will work: a row that breaks its own rules, a query that does not fit the schema.
    Broken {
        /// Which part.
        backend: &'static str,
        /// Which table, column and row, or which operation; without personal data.
        what: String,
        /// What its driver said.
        source: Option<BoxError>,
    },
}

impl Fault {
    /// A part that cannot be reached or has no room right now.
    pub fn unavailable(backend: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Unavailable {
            backend,
            source: source.into(),
        }
    }

    /// A COMMIT whose answer was lost.
    pub fn uncertain(backend: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Uncertain {
            backend,
            source: source.into(),
        }
    }

    /// Something that will not work however often it is tried.
    pub fn broken(
        backend: &'static str,
        what: impl Into<String>,
        source: impl Into<BoxError>,
    ) -> Self {
        Self::Broken {
            backend,
            what: what.into(),
            source: Some(source.into()),
        }
    }

    /// Which part failed.
    #[must_use]
    pub const fn backend(&self) -> &'static str {
        match self {
            Self::Unavailable { backend, .. }
            | Self::Uncertain { backend, .. }
            | Self::Broken { backend, .. } => backend,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { backend, .. } => write!(formatter, "{backend} is unavailable"),
            Self::Uncertain { backend, .. } => write!(
                formatter,
                "{backend} did not say whether it applied the change"
            ),
            Self::Broken { backend, what, .. } => write!(formatter, "{backend} is broken: {what}"),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable { source, .. } | Self::Uncertain { source, .. } => Some(&**source),
            Self::Broken { source, .. } => source.as_ref().map(|source| &**source as _),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;
    use std::error::Error as _;

    #[test]
    fn a_fault_keeps_its_source_and_does_not_repeat_it() {
        let fault = Fault::unavailable("database", "connection refused by 10.0.0.7");
        assert_eq!(fault.to_string(), "database is unavailable");
        assert_eq!(
            fault.source().map(ToString::to_string).as_deref(),
            Some("connection refused by 10.0.0.7")
        );
    }
}
