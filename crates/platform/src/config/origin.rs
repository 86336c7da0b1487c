//! Where a value came from, since "listen address is wrong" helps nobody who has six places to look.

use std::fmt;

use figment::{Metadata, Source};

/// The kind of layer a value came from, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OriginKind {
    /// Built in.
    Default,
    /// Worked out from another setting.
    Derived,
    /// A file under `config/`.
    File,
    /// A file in the secrets directory; its value is never shown.
    Secret,
    /// An environment variable.
    Environment,
    /// A flag of the command.
    Flag,
}

const KINDS: [(OriginKind, &str); 6] = [
    (OriginKind::Default, "default"),
    (OriginKind::Derived, "derived"),
    (OriginKind::File, "file"),
    (OriginKind::Secret, "secret"),
    (OriginKind::Environment, "environment"),
    (OriginKind::Flag, "flag"),
];

/// Where a value or a fault came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The layer.
    pub kind: OriginKind,
    /// The file's path, the variable's name or the flag's name; empty for a default.
    pub place: String,
}

impl Origin {
    pub(super) fn new(kind: OriginKind, place: impl Into<String>) -> Self {
        Self {
            kind,
            place: place.into(),
        }
    }

    /// The built-in default.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(OriginKind::Default, "")
    }

    /// As figment carries it along with each value.
    pub(super) fn metadata(&self) -> Metadata {
        let name = KINDS
            .iter()
            .find(|(kind, _)| *kind == self.kind)
            .map_or("default", |(_, name)| name);
        Metadata::from(name, Source::Custom(self.place.clone()))
    }

    /// As figment gives it back.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let kind = KINDS
            .iter()
            .find(|(_, name)| *name == metadata.name)
            .map_or(OriginKind::Default, |(kind, _)| *kind);
        let place = metadata
            .source
            .as_ref()
            .and_then(Source::custom)
            .unwrap_or_default();
        Self::new(kind, place)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            OriginKind::Default => f.write_str("default"),
            OriginKind::Derived => write!(f, "derived from {}", self.place),
            OriginKind::Flag => write!(f, "--{}", self.place),
            OriginKind::File | OriginKind::Secret | OriginKind::Environment => {
                f.write_str(&self.place)
            }
        }
    }
}
