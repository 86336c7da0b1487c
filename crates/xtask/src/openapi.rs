//! `openapi`: the checked-in document is the one the binary prints, so that a client is generated from the truth.

use std::process::Command;

use anyhow::{Context, ensure};
use cargo_metadata::camino::Utf8Path;

use crate::finding::{self, Finding};

const DOCUMENT: &str = "docs/openapi.json";
const SHOWN_LINES: usize = 12;

/// Writes the document.
pub fn write(root: &Utf8Path) -> anyhow::Result<bool> {
    std::fs::write(root.join(DOCUMENT), printed(root)?)
        .with_context(|| format!("{DOCUMENT} cannot be written"))?;
    println!("openapi: wrote {DOCUMENT}");
    Ok(true)
}

/// Compares the document; true when it is the one the binary prints.
pub fn check(root: &Utf8Path) -> anyhow::Result<bool> {
    let kept = match std::fs::read_to_string(root.join(DOCUMENT)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("{DOCUMENT} cannot be read")),
    };
    let printed = printed(root)?;
    let findings: Vec<Finding> = difference(&kept, &printed)
        .map(|difference| {
            Finding::new(
                DOCUMENT,
                format!("it is what `muster openapi` prints\n{difference}"),
                "run `make openapi`",
            )
        })
        .into_iter()
        .collect();
    Ok(finding::report("openapi", &findings))
}

fn printed(root: &Utf8Path) -> anyhow::Result<String> {
    let output = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--package",
            "server",
            "--bin",
            "muster",
            "--",
            "openapi",
        ])
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo could not be started")?;
    ensure!(
        output.status.success(),
        "`muster openapi` failed: {}",
        output.status
    );
    let text = String::from_utf8(output.stdout).context("the document is not UTF-8")?;
    ensure!(!text.trim().is_empty(), "`muster openapi` printed nothing");
    Ok(format!("{}\n", text.trim_end()))
}

/// The lines between the common beginning and the common end, shortened; `None` when the texts agree.
fn difference(kept: &str, printed: &str) -> Option<String> {
    if kept == printed {
        return None;
    }
    let (kept, printed): (Vec<&str>, Vec<&str>) =
        (kept.lines().collect(), printed.lines().collect());
    let head = kept
        .iter()
        .zip(&printed)
        .take_while(|(a, b)| a == b)
        .count();
    let shortest = kept.len().min(printed.len()) - head;
    let tail = kept
        .iter()
        .rev()
        .zip(printed.iter().rev())
        .take(shortest)
        .take_while(|(a, b)| a == b)
        .count();
    let side = |lines: &[&str], sign: char| {
        let changed: Vec<&str> = lines
            .iter()
            .skip(head)
            .take(lines.len() - head - tail)
            .copied()
            .collect();
        let mut shown: Vec<String> = changed
            .iter()
            .take(SHOWN_LINES)
            .map(|line| format!("  {sign} {line}"))
            .collect();
        if changed.len() > SHOWN_LINES {
            shown.push(format!(
                "  {sign} … {} more lines",
                changed.len() - SHOWN_LINES
            ));
        }
        shown
    };
    let mut shown = vec![format!("  at line {}:", head + 1)];
    shown.extend(side(&kept, '-'));
    shown.extend(side(&printed, '+'));
    Some(shown.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_documents_have_no_difference() {
        assert_eq!(difference("{\n}\n", "{\n}\n"), None);
    }

    #[test]
    fn a_changed_line_is_shown_alone() {
        let shown = difference("{\na\nb\n}\n", "{\na\nc\n}\n").expect("they differ");
        assert_eq!(shown, "  at line 3:\n  - b\n  + c");
    }

    #[test]
    fn a_missing_document_and_a_missing_newline_differ() {
        assert!(difference("", "{}\n").is_some());
        assert!(difference("{}", "{}\n").is_some());
    }

    #[test]
    fn a_long_difference_is_shortened() {
        let printed = "x\n".repeat(100);
        let shown = difference("", &printed).expect("they differ");
        assert!(shown.ends_with("… 88 more lines"));
    }
}
