//! Faults planted in small manifests: each rule of `layers` is seen to refuse, and its neighbours to pass.

use super::*;

fn member(name: &str, uses: Vec<Use>) -> Member {
    Member {
        name: name.to_owned(),
        manifest: "[lints]\nworkspace = true\n".to_owned(),
        uses,
    }
}

fn ours(name: &str) -> Use {
    Use {
        name: name.to_owned(),
        dev: false,
        optional: false,
        ours: true,
        features: Vec::new(),
        version: "*".to_owned(),
    }
}

fn theirs(name: &str) -> Use {
    Use {
        ours: false,
        version: "=1.0.0".to_owned(),
        ..ours(name)
    }
}

fn dev(one: Use) -> Use {
    Use { dev: true, ..one }
}

fn with_mocks(one: Use) -> Use {
    Use {
        features: vec!["mocks".to_owned()],
        ..one
    }
}

#[track_caller]
fn refused(krate: &str, one: Use) {
    let findings = check(&[member(krate, vec![one.clone()])]);
    assert!(!findings.is_empty(), "{krate} was let through with {one:?}");
}

#[track_caller]
fn allowed(krate: &str, one: Use) {
    assert_eq!(check(&[member(krate, vec![one])]), []);
}

#[test]
fn dependencies_point_inwards() {
    allowed("application", ours("ports"));
    allowed("adapter-sqlite", ours("domain"));
    allowed("server", ours("adapter-sqlite"));
    refused("domain", ours("ports"));
    refused("application", ours("adapter-sqlite"));
    refused("adapter-redis", ours("adapter-memory"));
    refused("http-api", ours("ports"));
    refused("platform", ours("domain"));
    refused("testkit", ours("adapter-sqlite"));
    refused("server", ours("xtask"));
    refused("xtask", ours("domain"));
}

#[test]
fn the_testkit_is_for_tests() {
    allowed("adapter-sqlite", dev(ours("testkit")));
    allowed("server", dev(ours("testkit")));
    refused("adapter-sqlite", ours("testkit"));
    refused("server", ours("testkit"));
    refused("domain", dev(ours("testkit")));
}

#[test]
fn mocks_are_for_the_tests_of_use_cases_controllers_and_decorators() {
    allowed("application", dev(with_mocks(ours("ports"))));
    allowed("http-api", dev(with_mocks(ours("ports"))));
    refused("application", with_mocks(ours("ports")));
    refused("adapter-sqlite", dev(with_mocks(ours("ports"))));
}

#[test]
fn a_driver_stays_with_its_adapter() {
    allowed("adapter-sqlite", theirs("diesel"));
    allowed("adapter-postgres", theirs("diesel-async"));
    for (krate, driver) in [
        ("server", "diesel"),
        ("adapter-memory", "redis"),
        ("http-api", "moka"),
        ("adapter-media", "object_store"),
        ("http-api", "image"),
        ("http-api", "argon2"),
        ("adapter-sqlite", "actix-web"),
        ("platform", "utoipa"),
        ("server", "figment"),
        ("http-api", "prometheus-client"),
        ("platform", "clap"),
        ("adapter-sqlite", "anyhow"),
        ("adapter-sqlite", "testcontainers"),
        ("http-api", "insta"),
    ] {
        refused(krate, theirs(driver));
    }
}

#[test]
fn tests_may_use_a_few_drivers_more() {
    allowed("domain", dev(theirs("proptest")));
    allowed("server", dev(theirs("image")));
    allowed("http-api", dev(theirs("mockall")));
    refused("application", dev(theirs("proptest")));
    refused("http-api", dev(theirs("image")));
}

#[test]
fn mockall_in_ports_is_optional() {
    allowed(
        "ports",
        Use {
            optional: true,
            ..theirs("mockall")
        },
    );
    refused("ports", theirs("mockall"));
}

#[test]
fn inner_crates_keep_to_their_vocabulary() {
    allowed("domain", theirs("jiff"));
    allowed("application", theirs("futures"));
    allowed("http-api", theirs("serde"));
    refused("domain", theirs("serde"));
    refused("domain", theirs("tokio"));
    refused("application", theirs("serde"));
    refused("ports", theirs("serde_json"));
}

#[test]
fn versions_are_exact() {
    refused(
        "platform",
        Use {
            version: "^1.0".to_owned(),
            ..theirs("serde")
        },
    );
}

#[test]
fn a_crate_without_a_row_is_refused() {
    refused("billing", ours("domain"));
}

#[test]
fn a_crate_without_the_house_lints_is_refused() {
    let stray = Member {
        name: "domain".to_owned(),
        manifest: "[package]\n".to_owned(),
        uses: Vec::new(),
    };
    assert_eq!(check(&[stray]).len(), 1);
}
