//! The first half of `check-layers`: every manifest against the Doors table, so that infrastructure cannot leak inwards by one line of TOML.

use crate::doors::{self, DOORS, MOCKERS, VOCABULARY};
use crate::drivers::DRIVERS;
use crate::finding::Finding;
use crate::model::{Member, Use};

/// Every broken rule of every manifest.
pub fn check(members: &[Member]) -> Vec<Finding> {
    members.iter().flat_map(check_member).collect()
}

fn check_member(member: &Member) -> Vec<Finding> {
    let uses = member.uses.iter().flat_map(|one| {
        let rules = if one.ours {
            vec![door, mocks]
        } else {
            vec![driver, vocabulary, exact_version]
        };
        rules
            .into_iter()
            .filter_map(|rule| rule(member, one))
            .collect::<Vec<_>>()
    });
    uses.chain(known(member))
        .chain(house_lints(member))
        .collect()
}

/// Our crate through the right door.
fn door(member: &Member, one: &Use) -> Option<Finding> {
    let door = DOORS
        .iter()
        .find(|door| doors::fits(door.from, &member.name))?;
    if doors::any_fits(door.may_use, &one.name) {
        return None;
    }
    let in_tests = doors::any_fits(door.tests_too, &one.name);
    if one.dev && in_tests {
        return None;
    }
    let fix = match in_tests {
        true => format!("move `{}` to [dev-dependencies]", one.name),
        false => format!(
            "remove `{}`; say what is needed as a port or pass it in from server",
            one.name
        ),
    };
    let allowed = match door.may_use {
        [] => "none of our crates".to_owned(),
        some => some.join(", "),
    };
    Some(at(
        member,
        format!("`{}` may use {allowed}, not `{}`", member.name, one.name),
        fix,
    ))
}

/// `ports/mocks` only in the tests of those who mock.
fn mocks(member: &Member, one: &Use) -> Option<Finding> {
    let on = one.name == "ports" && one.features.iter().any(|feature| feature == "mocks");
    let allowed = one.dev && MOCKERS.contains(&member.name.as_str());
    (on && !allowed).then(|| {
        let rule = format!(
            "`ports/mocks` is a dev-dependency of {} only",
            MOCKERS.join(", ")
        );
        at(
            member,
            rule,
            "turn the feature off, or move the line to [dev-dependencies]",
        )
    })
}

/// Their crate, if it has owners, only with its owners.
fn driver(member: &Member, one: &Use) -> Option<Finding> {
    let driver = DRIVERS
        .iter()
        .find(|driver| doors::any_fits(driver.names, &one.name))?;
    let owned = doors::any_fits(driver.owners, &member.name);
    if one.dev && (owned || doors::any_fits(driver.tests_too, &member.name)) {
        return None;
    }
    if owned && !one.dev {
        let hidden = one.name != "mockall" || one.optional;
        return (!hidden).then(|| {
            at(
                member,
                "`mockall` stands behind the feature `mocks`",
                "make it `optional = true`",
            )
        });
    }
    let owners = match driver.owners {
        [] => "tests".to_owned(),
        some => some.join(", "),
    };
    Some(at(
        member,
        format!("`{}` belongs to {owners}", one.name),
        driver.instead,
    ))
}

/// Inner crates speak the shared words and no others.
fn vocabulary(member: &Member, one: &Use) -> Option<Finding> {
    let (_, words) = VOCABULARY.iter().find(|(name, _)| *name == member.name)?;
    (!one.dev && !words.contains(&one.name.as_str())).then(|| {
        let rule = format!(
            "`{}` uses nothing of theirs but {}",
            member.name,
            words.join(", ")
        );
        at(
            member,
            rule,
            format!(
                "remove `{}`; what it does belongs to an adapter or the edge",
                one.name
            ),
        )
    })
}

/// Versions are exact and stand in the workspace.
fn exact_version(member: &Member, one: &Use) -> Option<Finding> {
    (!one.version.starts_with('=')).then(|| {
        let rule = format!("versions are exact; `{}` is `{}`", one.name, one.version);
        at(
            member,
            rule,
            "pin it with `=` in [workspace.dependencies] and write `.workspace = true` here",
        )
    })
}

/// No crate without a row in the table.
fn known(member: &Member) -> Option<Finding> {
    let known = DOORS
        .iter()
        .any(|door| doors::fits(door.from, &member.name));
    (!known).then(|| {
        at(
            member,
            "every crate has a row in the Doors table",
            "add it to docs/ARCHITECTURE.md and crates/xtask/src/doors.rs",
        )
    })
}

/// The workspace's lints hold everywhere.
fn house_lints(member: &Member) -> Option<Finding> {
    let lines: Vec<&str> = member.manifest.lines().map(str::trim).collect();
    let inherited = lines
        .windows(2)
        .any(|pair| matches!(pair, ["[lints]", "workspace = true"]));
    (!inherited).then(|| {
        at(
            member,
            "every crate inherits the lints of the workspace",
            "write `[lints]` and `workspace = true`",
        )
    })
}

fn at(member: &Member, rule: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding::new(format!("crates/{}/Cargo.toml", member.name), rule, fix)
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
