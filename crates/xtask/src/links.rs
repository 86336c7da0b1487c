//! `check-links`: a relative link in a Markdown file leads to a file of the repository, because a map with holes is not read twice.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::SourceFile;

/// Every link that leads nowhere. `names` are the files of the repository.
pub fn check(names: &BTreeSet<String>, pages: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in pages {
        for (line, target) in links(&page.text) {
            if !leads_somewhere(names, &page.path, &target) {
                let rule = format!("a relative link leads to a file; `{target}` does not exist");
                findings.push(Finding::new(
                    format!("{}:{line}", page.path),
                    rule,
                    "mend the path or write the page",
                ));
            }
        }
    }
    findings
}

/// The relative targets of a page, with their lines. Code is not prose.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        fenced ^= fence;
        if fenced || fence {
            continue;
        }
        let prose = without_code(line);
        found.extend(
            targets(&prose)
                .into_iter()
                .map(|target| (number + 1, target)),
        );
    }
    found.retain(|(_, target)| is_relative(target));
    found
}

/// The line without what stands between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// `[text](target)`, `![image](target)` and `[name]: target`.
fn targets(line: &str) -> Vec<String> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(inside, _)| inside));
    let reference = line
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"))
        .map(|(_, target)| target);
    let reference = reference.filter(|_| !line.contains("]("));
    let first_word = |target: &str| {
        target
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_matches(['<', '>'])
            .to_owned()
    };
    inline.chain(reference).map(first_word).collect()
}

fn is_relative(target: &str) -> bool {
    let elsewhere = target.contains("://") || target.starts_with("mailto:");
    !(elsewhere || target.is_empty() || target.starts_with('#'))
}

fn leads_somewhere(names: &BTreeSet<String>, page: &str, target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let from_root = match path.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => format!("{folder}/{path}"),
    };
    let Some(path) = normal(&from_root) else {
        return false;
    };
    let inside = format!("{path}/");
    path.is_empty() || names.contains(&path) || names.iter().any(|name| name.starts_with(&inside))
}

/// The path without `.` and `..`; `None` when it leaves the repository.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> usize {
        let names = ["README.md", "docs/API.md", "docs/adr/0001.md"]
            .map(str::to_owned)
            .into();
        let page = SourceFile {
            path: "docs/TESTING.md".to_owned(),
            text: text.to_owned(),
        };
        check(&names, &[page]).len()
    }

    #[test]
    fn links_to_files_and_folders_pass() {
        assert_eq!(
            broken(
                "[a](API.md) [b](../README.md#top) [c](adr/) [d](/docs/API.md) ![e](./API.md \"title\")"
            ),
            0
        );
    }

    #[test]
    fn a_link_to_nothing_is_refused() {
        assert_eq!(broken("[a](api.md)"), 1);
        assert_eq!(broken("good [a](API.md) bad [b](../LICENSE)"), 1);
        assert_eq!(broken("[a]: missing.md"), 1);
        assert_eq!(broken("[a](../../outside.md)"), 1);
    }

    #[test]
    fn addresses_anchors_and_code_are_not_relative_links() {
        assert_eq!(
            broken("[a](https://example.org/x) [b](#here) [c](mailto:a@example.org) `[d](no.md)`"),
            0
        );
        assert_eq!(broken("```\n[a](no.md)\n```\n"), 0);
    }
}
