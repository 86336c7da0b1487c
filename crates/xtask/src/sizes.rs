//! `check-sizes`: a file is one idea, says why it exists, and has a name that says what it is.

use crate::code;
use crate::finding::Finding;
use crate::tree::SourceFile;

const REFUSED_ABOVE: usize = 500;
const LONG_ABOVE: usize = 300;
const SAYS_NOTHING: [&str; 7] = [
    "utils", "util", "helpers", "helper", "common", "misc", "manager",
];

/// Every broken rule.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let rules = [
        too_long,
        without_a_reason,
        named_after_nothing,
        too_long_for_its_role,
    ];
    files
        .iter()
        .flat_map(|file| rules.into_iter().filter_map(move |rule| rule(file)))
        .collect()
}

/// One line for every file that is long but not yet refused.
pub fn long(files: &[SourceFile]) -> Vec<String> {
    let long = files
        .iter()
        .map(|file| (file, lines(file)))
        .filter(|(_, lines)| (LONG_ABOVE + 1..=REFUSED_ABOVE).contains(lines));
    long.map(|(file, lines)| {
        format!(
            "{}: long, {lines} lines (aim at 150, {REFUSED_ABOVE} is refused)",
            file.path
        )
    })
    .collect()
}

fn lines(file: &SourceFile) -> usize {
    file.text.lines().count()
}

fn too_long(file: &SourceFile) -> Option<Finding> {
    let lines = lines(file);
    (lines > REFUSED_ABOVE).then(|| {
        let rule = format!("a file has at most {REFUSED_ABOVE} lines, this one {lines}");
        Finding::new(
            &file.path,
            rule,
            "find its second idea and give it a file of its own",
        )
    })
}

fn without_a_reason(file: &SourceFile) -> Option<Finding> {
    let ours = file.path.starts_with("crates/");
    (ours && !file.text.starts_with("//!")).then(|| {
        Finding::new(
            &file.path,
            "a file begins with `//!`",
            "say in one sentence why it exists",
        )
    })
}

fn named_after_nothing(file: &SourceFile) -> Option<Finding> {
    let in_path = || {
        file.path
            .split('/')
            .map(|part| part.strip_suffix(".rs").unwrap_or(part))
            .find(|part| SAYS_NOTHING.contains(part))
    };
    let code = code::only(&file.text);
    let in_code = || {
        let mut words = code
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .filter(|word| !word.is_empty());
        std::iter::from_fn(move || {
            words
                .by_ref()
                .find(|word| *word == "mod")
                .and_then(|_| words.next())
        })
        .find(|name| SAYS_NOTHING.contains(name))
        .map(str::to_owned)
    };
    let name = in_path().map(str::to_owned).or_else(in_code)?;
    Some(Finding::new(
        &file.path,
        format!("no module is called `{name}`"),
        "name it after what it does",
    ))
}

fn too_long_for_its_role(file: &SourceFile) -> Option<Finding> {
    let inside = file.path.strip_prefix("crates/server/src/")?;
    let (role, most) = match inside {
        "main.rs" => ("main is a sentence", 40),
        _ if inside == "wiring.rs" || inside.starts_with("wiring/") => ("wiring is a table", 200),
        _ => return None,
    };
    let lines = lines(file);
    (lines > most).then(|| {
        let rule = format!("{role}: at most {most} lines, this one has {lines}");
        Finding::new(
            &file.path,
            rule,
            "move what is not wiring to the crate that owns it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> SourceFile {
        let text = format!("//! Why.\n{}", "x\n".repeat(lines.saturating_sub(1)));
        SourceFile {
            path: path.to_owned(),
            text,
        }
    }

    #[track_caller]
    fn count(file: SourceFile, expected: usize) {
        assert_eq!(
            check(std::slice::from_ref(&file)).len(),
            expected,
            "{}",
            file.path
        );
    }

    #[test]
    fn five_hundred_lines_pass_and_one_more_does_not() {
        count(file("crates/domain/src/a.rs", 500), 0);
        count(file("crates/domain/src/a.rs", 501), 1);
        count(file("crates/domain/tests/a.rs", 501), 1);
    }

    #[test]
    fn a_long_file_is_a_warning_once() {
        assert_eq!(long(&[file("a.rs", 300)]).len(), 0);
        assert_eq!(long(&[file("a.rs", 301)]).len(), 1);
        assert_eq!(long(&[file("a.rs", 501)]).len(), 0);
    }

    #[test]
    fn a_file_says_why_it_exists() {
        let silent = SourceFile {
            path: "crates/domain/src/a.rs".to_owned(),
            text: "struct A;".to_owned(),
        };
        count(silent, 1);
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        count(file("crates/domain/src/utils.rs", 3), 1);
        count(file("crates/server/tests/common/mod.rs", 3), 1);
        count(file("crates/domain/src/managers_of_sites.rs", 3), 0);
        let inline = SourceFile {
            path: "crates/a/src/lib.rs".to_owned(),
            text: "//! a\npub mod helpers {}".to_owned(),
        };
        count(inline, 1);
    }

    #[test]
    fn main_is_a_sentence_and_wiring_a_table() {
        count(file("crates/server/src/main.rs", 40), 0);
        count(file("crates/server/src/main.rs", 41), 1);
        count(file("crates/xtask/src/main.rs", 41), 0);
        count(file("crates/server/src/wiring.rs", 201), 1);
        count(file("crates/server/src/wiring/mod.rs", 201), 1);
        count(file("crates/server/src/wiring/mod.rs", 200), 0);
    }
}
