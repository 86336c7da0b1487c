//! The Doors table of `docs/ARCHITECTURE.md` as data: which of our crates each crate may use, and which words the inner ones speak.

/// Which of our crates a crate may use. A trailing `*` in a name stands for any ending.
pub struct Door {
    pub from: &'static str,
    pub may_use: &'static [&'static str],
    /// What its tests may use besides.
    pub tests_too: &'static [&'static str],
}

const EVERY_LIBRARY: &[&str] = &[
    "domain",
    "ports",
    "application",
    "platform",
    "port-decorators",
    "adapter-*",
    "http-api",
];

/// Ours. The first row that fits a crate counts.
pub const DOORS: &[Door] = &[
    Door {
        from: "domain",
        may_use: &[],
        tests_too: &[],
    },
    Door {
        from: "ports",
        may_use: &["domain"],
        tests_too: &[],
    },
    Door {
        from: "application",
        may_use: &["domain", "ports"],
        tests_too: &[],
    },
    Door {
        from: "platform",
        may_use: &[],
        tests_too: &[],
    },
    // A decorator runs the contract suite of its port, and needs something to decorate.
    Door {
        from: "port-decorators",
        may_use: &["domain", "ports", "platform"],
        tests_too: &[
            "testkit",
            "adapter-memory",
            "adapter-objects",
            "adapter-redis",
            "adapter-sqlite",
        ],
    },
    Door {
        from: "stored",
        may_use: &["domain", "ports"],
        tests_too: &[],
    },
    Door {
        from: "adapter-*",
        may_use: &["domain", "ports", "stored"],
        tests_too: &["testkit"],
    },
    Door {
        from: "http-api",
        may_use: &["domain", "application", "platform"],
        tests_too: &["ports"],
    },
    Door {
        from: "testkit",
        may_use: &["domain", "ports"],
        tests_too: &[],
    },
    Door {
        from: "server",
        may_use: EVERY_LIBRARY,
        tests_too: &["testkit"],
    },
    Door {
        from: "xtask",
        may_use: &[],
        tests_too: &[],
    },
];

/// The crates that may use nothing of theirs but these words. All others are bound by [`crate::drivers::DRIVERS`] alone.
pub const VOCABULARY: &[(&str, &[&str])] = &[
    (
        "domain",
        &["thiserror", "uuid", "jiff", "unicode-normalization"],
    ),
    (
        "ports",
        &[
            "async-trait",
            "bytes",
            "futures",
            "jiff",
            "mockall",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
    ),
    (
        "application",
        &[
            "async-trait",
            "bytes",
            "futures",
            "jiff",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
    ),
    (
        "port-decorators",
        &[
            "async-trait",
            "bytes",
            "futures",
            "jiff",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
    ),
];

/// Who may turn on `ports/mocks`, and in dev-dependencies only.
pub const MOCKERS: &[&str] = &["application", "http-api", "port-decorators"];

/// Whether `pattern` (a name, perhaps with a trailing `*`) stands for `name`.
pub fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

/// Whether any of `patterns` stands for `name`.
pub fn any_fits(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| fits(pattern, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_ending() {
        assert!(fits("adapter-*", "adapter-sqlite"));
        assert!(fits("*", "whatever"));
        assert!(!fits("adapter", "adapter-sqlite"));
    }
}
