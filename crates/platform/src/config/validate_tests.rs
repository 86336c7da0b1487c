//! What the layers promise together, tried on real folders.

use std::time::Duration;

use super::super::settings::{AuthMode, DatabaseUrl, ObjectsUrl};
use super::*;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    fn load(
        &self,
        environment: &[(&str, &str)],
        flags: &[(&str, &str)],
    ) -> Result<Loaded, ConfigFaults> {
        let owned = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let folder = self.0.path().to_owned();
        Settings::load(&Sources {
            folder,
            environment: owned(environment),
            flags: owned(flags),
        })
    }
}

fn faults(outcome: Result<Loaded, ConfigFaults>) -> Vec<String> {
    outcome
        .expect_err("faults")
        .0
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn nothing_at_all_is_a_working_configuration() {
    let place = Place::new();
    let loaded = place.load(&[], &[]).expect("defaults are valid");
    assert_eq!(
        loaded.settings.database_url,
        DatabaseUrl::Sqlite(place.0.path().join("data/muster.db"))
    );
    assert_eq!(
        loaded.settings.objects_url,
        ObjectsUrl::File(place.0.path().join("data/objects"))
    );
    assert_eq!(loaded.settings.http.max_body_bytes, 10 << 20);
    assert_eq!(loaded.settings.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(loaded.settings.drain.delay, Duration::ZERO);
    assert_eq!(loaded.settings.log.format, LogFormat::Terminal);
    assert_eq!(loaded.check(), Vec::<String>::new());
    assert!(
        loaded
            .print()
            .contains("public_url = http://127.0.0.1:8080  # derived from http.listen\n")
    );
    assert_eq!(loaded.print().lines().count(), KEYS.len());
}

#[test]
fn a_stronger_layer_wins_and_is_named_as_the_origin() {
    let place = Place::new()
        .file("config/base.toml", "profile = 'production'\n[http]\nlisten = '1.1.1.1:1'\nhsts = true\nheader_timeout = 7\n")
        .file("config/production.toml", "[http]\nlisten = '2.2.2.2:2'\nmax_json_bytes = '2 MiB'\n")
        .file("secrets/http__listen", "3.3.3.3:3\n")
        .file("secrets/..data", "ignored");
    let secrets = ("MUSTER_SECRETS_DIR", "secrets");
    let at = |loaded: &Loaded| {
        (
            loaded.settings.http.listen.to_string(),
            loaded.origin("http.listen").map(|o| o.kind),
        )
    };

    let loaded = place.load(&[], &[]).expect("valid");
    assert_eq!(
        at(&loaded),
        ("2.2.2.2:2".to_owned(), Some(OriginKind::File))
    );
    assert_eq!(
        loaded
            .origin("http.hsts")
            .map(ToString::to_string)
            .as_deref(),
        Some("config/base.toml")
    );
    assert_eq!(loaded.settings.http.header_timeout, Duration::from_secs(7));
    assert_eq!(
        loaded.settings.drain.delay,
        Duration::from_secs(5),
        "production has its own default"
    );
    assert_eq!(loaded.settings.log.format, LogFormat::Json);

    let loaded = place.load(&[secrets], &[]).expect("valid");
    assert_eq!(
        at(&loaded),
        ("3.3.3.3:3".to_owned(), Some(OriginKind::Secret))
    );
    assert!(
        !loaded.print().contains("http.listen = 3.3.3.3:3"),
        "secrets are shown as fingerprints"
    );

    let environment = [secrets, ("MUSTER_HTTP__LISTEN", "4.4.4.4:4")];
    let loaded = place.load(&environment, &[]).expect("valid");
    assert_eq!(
        at(&loaded),
        ("4.4.4.4:4".to_owned(), Some(OriginKind::Environment))
    );
    assert!(
        loaded
            .print()
            .contains("http.listen = 4.4.4.4:4  # MUSTER_HTTP__LISTEN\n")
    );

    let loaded = place
        .load(&environment, &[("http.listen", "5.5.5.5:5")])
        .expect("valid");
    assert_eq!(
        at(&loaded),
        ("5.5.5.5:5".to_owned(), Some(OriginKind::Flag))
    );
}

#[test]
fn all_faults_come_at_once_with_their_origins() {
    let place = Place::new()
        .file(
            "config/base.toml",
            "[http]\nlisten = 'nowhere'\nlissten = 'x'\n[drain]\ngrace = [1]\n",
        )
        .file("config/local.toml", "profile = 'production'\n");
    let environment = [
        ("MUSTER_DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("MUSTER_TYPO", "1"),
        ("MUSTER_REDIS_URL", "memcache://u:hunter2@h"),
    ];
    let faults = faults(place.load(
        &environment,
        &[
            ("auth.mode", "ldap"),
            ("no.such", "1"),
            ("log.filter", "a=nonsense"),
        ],
    ));
    for expected in [
        "http.listen: must be an address and a port such as `127.0.0.1:8080`: invalid socket address syntax (from config/base.toml)",
        "http.lissten: is not a setting (from config/base.toml)",
        "drain.grace: must be one value: a text, a number or a truth (from config/base.toml)",
        "profile: must be set in `config/base.toml`, the environment or a flag (from config/local.toml)",
        "database_url: must start with `sqlite://` or `postgres://` (from MUSTER_DATABASE_URL)",
        "typo: is not a setting (from MUSTER_TYPO)",
        "redis_url: must be an address such as `redis://host:6379` (from MUSTER_REDIS_URL)",
        "auth.mode: must be `local`, `jwks` or `gateway` (from --auth.mode)",
        "no.such: is not a setting (from --no.such)",
    ] {
        assert!(
            faults.iter().any(|fault| fault == expected),
            "missing {expected} in {faults:#?}"
        );
    }
    assert!(
        faults.iter().any(|fault| fault.starts_with("log.filter: ")),
        "{faults:#?}"
    );
    assert_eq!(faults.len(), 10, "{faults:#?}");
    assert!(!faults.concat().contains("hunter2"));
}

#[test]
fn a_file_that_is_not_toml_is_a_fault_of_that_file() {
    let place = Place::new().file("config/base.toml", "http = \n");
    let faults = faults(place.load(&[], &[]));
    assert!(
        faults.len() == 1 && faults.concat().starts_with("config/base.toml: is not TOML"),
        "{faults:?}"
    );
}

#[test]
fn a_missing_secrets_directory_is_a_fault() {
    let faults = faults(Place::new().load(&[("MUSTER_SECRETS_DIR", "nowhere")], &[]));
    assert!(
        faults.len() == 1 && faults.concat().contains("MUSTER_SECRETS_DIR"),
        "{faults:?}"
    );
}

#[test]
fn injected_variables_are_ignored_and_listed() {
    let environment = [
        ("MUSTER_PORT", "tcp://10.0.0.1:80"),
        ("MUSTER_SERVICE_HOST", "10.0.0.1"),
        ("HOME", "/"),
    ];
    let loaded = Place::new().load(&environment, &[]).expect("valid");
    assert_eq!(loaded.ignored, ["MUSTER_PORT", "MUSTER_SERVICE_HOST"]);
}

#[test]
fn an_empty_variable_leaves_an_optional_setting_unset() {
    let loaded = Place::new()
        .load(&[("MUSTER_REDIS_URL", ""), ("MUSTER_PUBLIC_URL", "")], &[])
        .expect("valid");
    assert_eq!(
        (loaded.settings.redis_url, loaded.settings.public_url),
        (None, None)
    );
}

#[test]
fn the_production_parts_are_addresses_and_keep_their_secrets() {
    let environment = [
        ("MUSTER_DATABASE_URL", "postgres://u:hunter2@db/muster"),
        ("MUSTER_REDIS_URL", "redis://:hunter2@cache:6379"),
        ("MUSTER_OBJECTS_URL", "s3://pictures"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("HOME", "hunter2"),
    ];
    let loaded = Place::new().load(&environment, &[]).expect("valid");
    let settings = &loaded.settings;
    let DatabaseUrl::Postgres(database) = &settings.database_url else {
        panic!("{settings:?}")
    };
    assert_eq!(database.reveal(), "postgres://u:hunter2@db/muster");
    let ObjectsUrl::S3(bucket) = &settings.objects_url else {
        panic!("{settings:?}")
    };
    let secret = ("AWS_SECRET_ACCESS_KEY".to_owned(), "hunter2".to_owned());
    assert_eq!(bucket.environment, [secret]);
    assert!(!format!("{settings:?}{}", loaded.print()).contains("hunter2"));
}

#[test]
fn an_address_names_what_is_behind_it() {
    for (key, address) in [
        ("MUSTER_OBJECTS_URL", "s3://"),
        ("MUSTER_OBJECTS_URL", "file://"),
        ("MUSTER_OBJECTS_URL", "gs://bucket"),
        ("MUSTER_REDIS_URL", "redis://"),
        ("MUSTER_DATABASE_URL", "sqlite://"),
    ] {
        let faults = faults(Place::new().load(&[(key, address)], &[]));
        assert_eq!(faults.len(), 1, "{key} {address}: {faults:?}");
    }
}

#[test]
fn absolute_paths_stay_absolute() {
    let loaded = Place::new()
        .load(
            &[("MUSTER_DATABASE_URL", "sqlite:///var/lib/muster.db")],
            &[],
        )
        .expect("valid");
    assert_eq!(
        loaded.settings.database_url,
        DatabaseUrl::Sqlite("/var/lib/muster.db".into())
    );
}

#[test]
fn a_stop_that_outlasts_the_grace_period_is_a_warning() {
    let loaded = Place::new()
        .load(
            &[
                ("MUSTER_DRAIN__DEADLINE", "28s"),
                ("MUSTER_DRAIN__DELAY", "1s"),
            ],
            &[],
        )
        .expect("valid");
    let warnings = loaded.check();
    assert!(
        warnings.len() == 1 && warnings.concat().contains("drain.grace is 30s"),
        "{warnings:?}"
    );
}

#[test]
fn an_address_with_a_password_is_shown_as_a_fingerprint() {
    let origin = Origin::builtin();
    assert_eq!(
        shown("redis_url", "redis://u:hunter2@h", &origin).len(),
        "sha256:".len() + 8
    );
    assert_eq!(
        shown("objects_url", "file://./data", &origin),
        "file://./data"
    );
}

const ISSUER: [(&str, &str); 4] = [
    ("MUSTER_AUTH__ISSUER", "https://login.example.org/"),
    ("MUSTER_AUTH__AUDIENCE", "muster"),
    ("MUSTER_AUTH__JWKS_URL", "https://login.example.org/keys"),
    ("MUSTER_AUTH__ALGORITHMS", "RS256, EdDSA"),
];
const GATEWAY: [(&str, &str); 2] = [
    ("MUSTER_AUTH__GATEWAY_PEERS", "10.0.0.0/8"),
    (
        "MUSTER_AUTH__GATEWAY_SECRET",
        "0123456789abcdef0123456789abcdef",
    ),
];

fn in_mode<'a>(mode: &'a str, told: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("MUSTER_AUTH__MODE", mode)], told].concat()
}

#[test]
fn each_mode_has_what_it_needs() {
    let place = Place::new();
    let loaded = place
        .load(&in_mode("jwks", &ISSUER), &[])
        .expect("is whole");
    let AuthMode::Jwks(jwks) = loaded.settings.auth.mode else {
        panic!("{:?}", loaded.settings.auth)
    };
    assert_eq!(jwks.algorithms, ["RS256", "EdDSA"]);
    assert_eq!((jwks.roles_claim, jwks.provision), (None, false));
    let loaded = place
        .load(&in_mode("gateway", &GATEWAY), &[])
        .expect("is whole");
    assert!(matches!(loaded.settings.auth.mode, AuthMode::Gateway(_)));
    assert!(
        !loaded.print().contains(GATEWAY[1].1),
        "a secret is printed"
    );
    assert!(!format!("{:?}", loaded.settings).contains(GATEWAY[1].1));
}

#[test]
fn what_a_mode_lacks_is_named() {
    let place = Place::new();
    let told = faults(place.load(&in_mode("jwks", &[]), &[])).join("\n");
    for key in [
        "auth.issuer",
        "auth.audience",
        "auth.jwks_url",
        "auth.algorithms",
    ] {
        assert!(told.contains(key), "{told}");
    }
    let told = faults(place.load(&in_mode("gateway", &[]), &[])).join("\n");
    assert!(
        told.contains("auth.gateway_peers") && told.contains("32 bytes"),
        "{told}"
    );
}

#[test]
fn believing_everybody_is_warned_of() {
    let place = Place::new();
    for everybody in ["0.0.0.0/0", "::/0", "10.0.0.0/8, ::/0"] {
        let told = [GATEWAY[1], ("MUSTER_AUTH__GATEWAY_PEERS", everybody)];
        let told = [
            in_mode("gateway", &told),
            vec![("MUSTER_HTTP__TRUSTED_PROXIES", everybody)],
        ];
        let warnings = place.load(&told.concat(), &[]).expect("is whole").check();
        for key in ["http.trusted_proxies", "auth.gateway_peers"] {
            let named = |warning: &String| warning.starts_with(key);
            assert!(warnings.iter().any(named), "{key}: {warnings:?}");
        }
    }
}

#[test]
fn a_process_runs_one_mode() {
    let place = Place::new();
    let everything = [ISSUER.as_slice(), GATEWAY.as_slice()].concat();
    for (mode, strangers) in [("local", 6), ("jwks", 2), ("gateway", 4)] {
        let told = faults(place.load(&in_mode(mode, &everything), &[]));
        assert_eq!(told.len(), strangers, "{told:?}");
        assert!(
            told.iter()
                .all(|fault| fault.contains("a process runs one")),
            "{told:?}"
        );
    }
}
