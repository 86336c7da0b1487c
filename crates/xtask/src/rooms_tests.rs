//! Faults planted in small sources: each rule of `rooms` is seen to refuse, and its neighbours to pass.

use super::*;

fn findings(path: &str, text: &str) -> Vec<String> {
    let file = SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    check(&[file])
        .into_iter()
        .map(|finding| format!("{} {}", finding.place, finding.rule))
        .collect()
}

#[track_caller]
fn refused(path: &str, text: &str) {
    assert_eq!(findings(path, text).len(), 1, "{path}: {text}");
}

#[track_caller]
fn allowed(path: &str, text: &str) {
    assert_eq!(findings(path, text), Vec::<String>::new(), "{path}: {text}");
}

#[test]
fn inner_layers_name_no_format_driver_or_status() {
    refused(
        "crates/domain/src/accounts/email.rs",
        "#[derive(serde::Serialize)]\nstruct Email;",
    );
    refused("crates/application/src/lib.rs", "use serde_json::json;");
    refused("crates/application/src/lib.rs", "use diesel;");
    refused("crates/ports/src/lib.rs", "fn status() -> StatusCode {}");
    refused(
        "crates/application/src/lib.rs",
        "let text = std::fs::read(path);",
    );
    allowed("crates/http-api/src/lib.rs", "use serde::Serialize;");
    allowed(
        "crates/adapter-sqlite/src/lib.rs",
        "use diesel::prelude::*;",
    );
}

#[test]
fn prose_and_names_of_our_own_may_say_anything() {
    allowed(
        "crates/domain/src/lib.rs",
        "//! No serde::Serialize here.\nlet a = \"diesel::x\";",
    );
    allowed(
        "crates/application/src/lib.rs",
        "let redis = 1; use ports::moka_like; struct StatusCodes;",
    );
}

#[test]
fn the_domain_has_no_async_and_no_clock() {
    refused("crates/domain/src/lib.rs", "pub async fn now() {}");
    refused("crates/domain/src/lib.rs", "let now = Instant::now();");
    refused("crates/domain/src/lib.rs", "self.users.find(id).await");
    allowed(
        "crates/application/src/lib.rs",
        "pub async fn run() { a().await }",
    );
}

#[test]
fn signals_belong_to_the_platform() {
    refused("crates/server/src/main.rs", "tokio::signal::ctrl_c();");
    allowed(
        "crates/platform/src/lifecycle.rs",
        "tokio::signal::ctrl_c();",
    );
}

#[test]
fn a_finding_has_its_line() {
    let found = findings(
        "crates/domain/src/lib.rs",
        "//! why\n\nuse serde::Serialize;\n",
    );
    assert_eq!(
        found,
        ["crates/domain/src/lib.rs:3 formats are edges: `domain` does not name `serde`"]
    );
}

#[test]
fn one_context_never_names_another_inside_a_layer() {
    refused(
        "crates/application/src/accounts/register.rs",
        "use crate::shifts::Roster;",
    );
    refused(
        "crates/application/src/shifts/mod.rs",
        "crate::leaderboards::rank();",
    );
    refused(
        "crates/http-api/src/shifts.rs",
        "use super::accounts::UserView;",
    );
    refused(
        "crates/ports/src/accounts/users.rs",
        "use crate::{clock::Clock, shifts::Shift};",
    );
    allowed(
        "crates/application/src/accounts/register.rs",
        "use crate::accounts::policy; use crate::request::Request;",
    );
    allowed(
        "crates/application/src/accounts/register.rs",
        "use crate::shifts_policy::X; // crate::shifts",
    );
    allowed(
        "crates/application/src/shifts/claim.rs",
        "use domain::accounts::UserId; use ports::accounts::Users;",
    );
    allowed("crates/server/src/shifts/mod.rs", "use crate::accounts::X;");
}

#[test]
fn contexts_meet_by_id_in_the_domain_only() {
    allowed(
        "crates/domain/src/shifts/shift.rs",
        "use crate::accounts::UserId;",
    );
    allowed(
        "crates/domain/src/shifts/shift.rs",
        "use crate::accounts::{UserId, ids::KeyId};",
    );
    refused(
        "crates/domain/src/shifts/shift.rs",
        "use crate::accounts::{UserId, User};",
    );
    refused("crates/domain/src/shifts/shift.rs", "use crate::accounts;");
    refused(
        "crates/application/src/shifts/claim.rs",
        "use crate::accounts::UserId;",
    );
}
