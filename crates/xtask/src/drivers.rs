//! The third column of the Doors table as data: which crates of theirs belong to few of ours, and where to go instead.

/// A third-party crate that belongs to few of ours, with the reason.
pub struct Driver {
    pub names: &'static [&'static str],
    pub owners: &'static [&'static str],
    /// Who else may use it in tests; `*` is everybody.
    pub tests_too: &'static [&'static str],
    pub instead: &'static str,
}

/// Theirs.
pub const DRIVERS: &[Driver] = &[
    Driver {
        names: &["diesel_*", "diesel-*", "pq-sys"],
        owners: &["adapter-sqlite", "adapter-postgres"],
        tests_too: &[],
        instead: "say what is needed as a port and answer it in adapter-sqlite and adapter-postgres",
    },
    // As tokio-postgres below: what somebody with a client of the database could do, tests do to a file too.
    Driver {
        names: &["diesel", "libsqlite3-sys"],
        owners: &["adapter-sqlite", "adapter-postgres", "testkit"],
        tests_too: &[],
        instead: "say what is needed as a port and answer it in adapter-sqlite and adapter-postgres",
    },
    Driver {
        names: &["bb8"],
        owners: &["adapter-postgres", "adapter-redis"],
        tests_too: &[],
        instead: "connections are pooled by the adapter that makes them",
    },
    Driver {
        names: &["tokio-postgres"],
        owners: &["adapter-postgres", "testkit"],
        tests_too: &[],
        instead: "say what is needed as a port and answer it in adapter-postgres",
    },
    Driver {
        names: &["redis", "deadpool-redis", "bb8-redis", "fred"],
        owners: &["adapter-redis"],
        tests_too: &[],
        instead: "say what is needed as a port and answer it in adapter-redis",
    },
    Driver {
        names: &["object_store", "aws-*"],
        owners: &["adapter-objects"],
        tests_too: &[],
        instead: "use the objects port",
    },
    Driver {
        names: &["mimalloc", "tikv-jemallocator"],
        owners: &["server"],
        tests_too: &[],
        instead: "the program decides how memory is handed out",
    },
    Driver {
        names: &["moka"],
        owners: &["adapter-memory"],
        tests_too: &[],
        instead: "use the cache port",
    },
    // The end-to-end tests draw the pictures they upload.
    Driver {
        names: &[
            "image",
            "kamadak-exif",
            "zune-*",
            "jpeg-decoder",
            "png",
            "webp",
            "image-webp",
        ],
        owners: &["adapter-media"],
        tests_too: &["server"],
        instead: "hostile pixels are seen by adapter-media only: use its port",
    },
    Driver {
        names: &[
            "argon2",
            "jsonwebtoken",
            "chacha20poly1305",
            "hmac",
            "rand",
            "rand_core",
            "getrandom",
        ],
        owners: &["adapter-identity"],
        tests_too: &[],
        instead: "hashing, tokens, sealing and randomness come through ports",
    },
    Driver {
        names: &["actix-*"],
        owners: &["http-api", "server"],
        tests_too: &[],
        instead: "HTTP ends in http-api; return an error the edge can translate",
    },
    Driver {
        names: &["utoipa", "utoipa-*", "validator", "validator_*"],
        owners: &["http-api"],
        tests_too: &[],
        instead: "describe and validate bodies where they are parsed, in http-api",
    },
    Driver {
        names: &[
            "figment",
            "tracing-subscriber",
            "tracing-opentelemetry",
            "opentelemetry",
            "opentelemetry*",
        ],
        owners: &["platform"],
        tests_too: &[],
        instead: "platform reads the configuration and sets up telemetry",
    },
    Driver {
        names: &["prometheus-client", "backon"],
        owners: &["platform"],
        tests_too: &[],
        instead: "platform owns the metrics registry and the retry loop",
    },
    Driver {
        names: &["clap", "clap_*", "indicatif"],
        owners: &["server"],
        tests_too: &[],
        instead: "commands and progress bars live in server",
    },
    Driver {
        names: &["reqwest"],
        owners: &["server", "adapter-objects", "adapter-identity"],
        tests_too: &[],
        instead: "the HTTP client belongs to the commands and end-to-end tests of server, lies below object_store, and fetches the keys of an issuer",
    },
    Driver {
        names: &["mockall"],
        owners: &["ports"],
        tests_too: &["*"],
        instead: "mocks come from ports with its feature `mocks`, as a dev-dependency",
    },
    Driver {
        names: &["s3s", "s3s-*", "hyper-util"],
        owners: &["testkit"],
        tests_too: &[],
        instead: "testkit starts the servers of tests",
    },
    Driver {
        names: &["testcontainers", "testcontainers-*"],
        owners: &["testkit"],
        tests_too: &[],
        instead: "testkit starts the servers of tests",
    },
    Driver {
        names: &["proptest"],
        owners: &["testkit"],
        tests_too: &["domain", "platform"],
        instead: "properties are tested in domain and platform, generators shared by testkit",
    },
    Driver {
        names: &["insta"],
        owners: &[],
        tests_too: &["*"],
        instead: "snapshots are a dev-dependency",
    },
    Driver {
        names: &["anyhow", "eyre", "color-eyre"],
        owners: &["server", "xtask"],
        tests_too: &[],
        instead: "write an error enum with thiserror; only a binary may forget what went wrong",
    },
    Driver {
        names: &["cargo_metadata"],
        owners: &["xtask"],
        tests_too: &[],
        instead: "make it a gate in xtask",
    },
];
