//! The second half of `check-layers`: what a manifest cannot see. Inner layers do no I/O, and one context never names another inside a layer.

use crate::code;
use crate::finding::Finding;
use crate::tree::SourceFile;

const CONTEXTS: [&str; 3] = ["accounts", "shifts", "leaderboards"];

/// Crates without rooms: they put the contexts together.
const ROOMLESS: [&str; 4] = ["server", "testkit", "xtask", "platform"];

/// A path that the sources of some crates do not name.
struct Ban {
    crates: &'static [&'static str],
    paths: &'static [&'static str],
    rule: &'static str,
    fix: &'static str,
}

const INNER: &[&str] = &["domain", "ports", "application"];

const BANS: &[Ban] = &[
    Ban {
        crates: INNER,
        paths: &["serde", "serde_json", "utoipa", "validator"],
        rule: "formats are edges",
        fix: "put the shape beside its route in http-api, or its row in an adapter",
    },
    Ban {
        crates: INNER,
        paths: &["diesel", "sqlx", "redis", "object_store", "moka", "reqwest"],
        rule: "drivers live in adapters",
        fix: "say what is needed as a port",
    },
    Ban {
        crates: INNER,
        paths: &["actix_web", "StatusCode"],
        rule: "one place turns a failure into a status, http-api::error",
        fix: "return an error of your own",
    },
    Ban {
        crates: INNER,
        paths: &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "tokio::fs",
            "tokio::net",
            "tokio::process",
        ],
        rule: "inner layers do no I/O",
        fix: "say what is needed as a port",
    },
    Ban {
        crates: &["domain"],
        paths: &[
            "tokio",
            "futures",
            "async fn",
            ".await",
            "std::thread",
            "Instant::now",
            "SystemTime::now",
        ],
        rule: "domain has no async and no clock",
        fix: "take the time as a parameter; wait in application",
    },
    Ban {
        crates: &[
            "http-api",
            "server",
            "adapter-*",
            "port-decorators",
            "application",
            "ports",
            "domain",
        ],
        paths: &["tokio::signal"],
        rule: "signals are platform::lifecycle's",
        fix: "ask platform::lifecycle for the stop",
    },
];

/// Every broken rule of every file below `crates/*/src`.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let Some((krate, inside)) = room(&file.path) else {
        return Vec::new();
    };
    let code = code::only(&file.text);
    let mut findings = banned(krate, file, &code);
    findings.extend(foreign_contexts(krate, inside, file, &code));
    findings
}

/// The crate of a source file, and its path inside `src`.
fn room(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("crates/")?.split_once("/src/")
}

fn banned(krate: &str, file: &SourceFile, code: &str) -> Vec<Finding> {
    let bans = BANS
        .iter()
        .filter(|ban| crate::doors::any_fits(ban.crates, krate));
    let mut findings = Vec::new();
    for ban in bans {
        for path in ban.paths {
            for (number, _) in code
                .lines()
                .enumerate()
                .filter(|(_, line)| names(line, path))
            {
                let rule = format!("{}: `{krate}` does not name `{path}`", ban.rule);
                findings.push(Finding::new(
                    format!("{}:{}", file.path, number + 1),
                    rule,
                    ban.fix,
                ));
            }
        }
    }
    findings
}

/// Whether `line` has `path` as whole words; a crate's name counts only in a path or a `use`.
fn names(line: &str, path: &str) -> bool {
    let is_crate = !path.contains([':', '.', ' ']) && path.starts_with(char::is_lowercase);
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + path.len()..).unwrap_or_default();
        let whole = (path.starts_with('.') || !ends_in_word(before)) && !after.starts_with(is_word);
        let imported = before.trim_start().starts_with("use ") || before.contains("extern crate ");
        whole
            && (!is_crate
                || after.starts_with("::")
                || (imported && !before.trim_end().ends_with("::")))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(is_word)
}

/// In `accounts`, each mention of `crate::shifts` and the like.
fn foreign_contexts(krate: &str, inside: &str, file: &SourceFile, code: &str) -> Vec<Finding> {
    let first = inside.split('/').next().unwrap_or_default();
    let own = first.strip_suffix(".rs").unwrap_or(first);
    if ROOMLESS.contains(&krate) || !CONTEXTS.contains(&own) {
        return Vec::new();
    }
    let meets_by_id = krate == "domain";
    let mentions = paths_from_here(code).into_iter().filter(|(_, path)| {
        let foreign = CONTEXTS
            .iter()
            .any(|other| *other != own && starts_with_word(path, other));
        foreign && !(meets_by_id && only_ids(path))
    });
    mentions
        .map(|(line, path)| {
            let theirs: String = path.chars().take_while(|c| is_word(*c)).collect();
            let rule = format!("`{own}` never names `{theirs}` inside `{krate}`");
            let fix = "they meet by id in domain, by port in application, by event in the outbox";
            Finding::new(format!("{}:{line}", file.path), rule, fix)
        })
        .collect()
}

/// What follows each `crate::` and `super::`, with its line; `crate::{a::b, c}` gives both.
fn paths_from_here(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            if ends_in_word(code.get(..at).unwrap_or_default()) {
                continue;
            }
            let line = code.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let rest = code.get(at + start.len()..).unwrap_or_default();
            match rest.strip_prefix('{') {
                Some(group) => paths.extend(members_of(group).into_iter().map(|path| (line, path))),
                None => paths.push((line, path_at(rest))),
            }
        }
    }
    paths
}

/// The path `rest` begins with, groups included.
fn path_at(rest: &str) -> String {
    let mut depth = 0_usize;
    let part_of_path = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_word(c) || matches!(c, ':' | '{' | '}') || (depth > 0 && (c == ',' || c.is_whitespace()))
    };
    rest.chars()
        .take_while({
            let mut part = part_of_path;
            move |c| part(*c)
        })
        .collect()
}

/// The members of a group, up to its closing brace.
fn members_of(group: &str) -> Vec<String> {
    let mut depth = 1_usize;
    let mut members = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match (c, members.last_mut()) {
            _ if depth == 0 => break,
            (',', _) if depth == 1 => members.push(String::new()),
            (_, Some(last)) => last.push(c),
            (_, None) => {}
        }
    }
    members
        .iter()
        .map(|member| member.trim().to_owned())
        .collect()
}

fn starts_with_word(path: &str, word: &str) -> bool {
    path.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(is_word))
}

/// Whether all types a path names are ids: `accounts::UserId`, `shifts::{ShiftId, SiteId}`.
fn only_ids(path: &str) -> bool {
    let mut types = path
        .split(|c| !is_word(c))
        .filter(|word| word.starts_with(char::is_uppercase))
        .peekable();
    types.peek().is_some() && types.all(|word| word.ends_with("Id"))
}

#[cfg(test)]
#[path = "rooms_tests.rs"]
mod tests;
