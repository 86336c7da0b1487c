//! The question a part of the system is asked in the background; the server answers it with its own adapters.

use std::collections::BTreeMap;
use std::error::Error;

use async_trait::async_trait;
use serde::Serialize;

/// Asks one dependency how it is.
#[async_trait]
pub trait Probe: Send + Sync + 'static {
    /// Looks now. It may be dropped at any moment, when its timeout is over.
    async fn check(&self) -> ProbeReport;
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    Healthy,
    /// It works, but not well.
    Degraded,
    /// It does not work.
    Unhealthy,
}

/// What a probe found. No field may hold a secret, an address or an error's text.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeReport {
    /// How the part is.
    pub status: Status,
    /// A stable reason code, such as `ok`, `timeout` or `schema_unknown`.
    pub message: &'static str,
    /// Numbers worth knowing, such as `open_connections`.
    pub metadata: BTreeMap<&'static str, serde_json::Value>,
    /// What lies behind it, with all its causes: for the log, and shown to nobody.
    pub cause: Option<String>,
}

impl ProbeReport {
    /// The part works.
    #[must_use]
    pub fn healthy() -> Self {
        Self {
            status: Status::Healthy,
            message: "ok",
            metadata: BTreeMap::new(),
            cause: None,
        }
    }

    /// The part works, but not well, for this reason code.
    #[must_use]
    pub fn degraded(reason: &'static str) -> Self {
        Self {
            status: Status::Degraded,
            message: reason,
            metadata: BTreeMap::new(),
            cause: None,
        }
    }

    /// The part does not work, for this reason code.
    #[must_use]
    pub fn unhealthy(reason: &'static str) -> Self {
        Self {
            status: Status::Unhealthy,
            message: reason,
            metadata: BTreeMap::new(),
            cause: None,
        }
    }

    /// Adds what lies behind it.
    #[must_use]
    pub fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        let (mut told, mut cause) = (error.to_string(), error.source());
        while let Some(because) = cause {
            told = format!("{told}: {because}");
            cause = because.source();
        }
        self.cause = Some(told);
        self
    }

    /// Adds a number or a word.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.metadata.insert(name, value.into());
        self
    }
}
