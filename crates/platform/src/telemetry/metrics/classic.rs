//! The classic Prometheus text format (0.0.4), made from the OpenMetrics one by what differs between them.
//!
//! OpenMetrics names a counter's family without `_total` and an info's without `_info`, has `# UNIT` and `# EOF`, and puts
//! exemplars behind ` # {`; the classic format knows none of it.

use std::collections::HashMap;
use std::fmt::Write as _;

/// Rewrites a whole exposition.
pub(super) fn from_openmetrics(text: &str) -> String {
    let kinds: HashMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|rest| rest.split_once(' '))
        .collect();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line == "# EOF" || line.starts_with("# UNIT ") {
            continue;
        }
        let described = line.strip_prefix("# HELP ").map(|rest| ("HELP", rest));
        let described =
            described.or_else(|| line.strip_prefix("# TYPE ").map(|rest| ("TYPE", rest)));
        let _ = match described
            .and_then(|(word, rest)| rest.split_once(' ').map(|(name, rest)| (word, name, rest)))
        {
            Some((word, name, rest)) => {
                let (suffix, kind) = classic_kind(kinds.get(name).copied().unwrap_or("unknown"));
                writeln!(
                    out,
                    "# {word} {name}{suffix} {}",
                    if word == "TYPE" { kind } else { rest }
                )
            }
            None => writeln!(
                out,
                "{}",
                line.find("} ").map_or(line, |_| without_exemplar(line))
            ),
        };
    }
    out
}

/// What a family's name ends in, and what its kind is called.
fn classic_kind(kind: &str) -> (&'static str, &str) {
    match kind {
        "counter" => ("_total", "counter"),
        "info" => ("_info", "gauge"),
        "unknown" => ("", "untyped"),
        other => ("", other),
    }
}

/// A label's value may hold ` # {` too, but then a quote follows it somewhere before the value.
fn without_exemplar(line: &str) -> &str {
    match line.rsplit_once(" # {") {
        Some((sample, exemplar)) if is_exemplar(exemplar) => sample,
        _ => line,
    }
}

/// Labels, a closing brace, and one or two numbers.
fn is_exemplar(text: &str) -> bool {
    text.rsplit_once("} ").is_some_and(|(labels, numbers)| {
        labels.matches('"').count().is_multiple_of(2)
            && numbers
                .split(' ')
                .all(|number| number.parse::<f64>().is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_openmetrics_knows_is_rewritten() {
        let openmetrics = "# HELP a Things.\n# TYPE a counter\n# UNIT a seconds\na_total{r=\"x # {y\"} 2\n# HELP build B.\n# TYPE build info\n\
             build_info{version=\"1\"} 1\n# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"0.1\"} 3 # {trace_id=\"ab\"} 0.05\nh_count 3\n# EOF\n";
        let classic = "# HELP a_total Things.\n# TYPE a_total counter\na_total{r=\"x # {y\"} 2\n# HELP build_info B.\n# TYPE build_info gauge\n\
             build_info{version=\"1\"} 1\n# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"0.1\"} 3\nh_count 3\n";
        assert_eq!(from_openmetrics(openmetrics), classic);
    }
}
