//! What a gate says of a fault: where it is, which rule it breaks and how to mend it, because a refusal without a way out only gets bypassed.

use std::fmt;

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A crate, a file, or `file:line`.
    pub place: String,
    /// The rule, as a sentence that is true of good code.
    pub rule: String,
    /// What to do.
    pub fix: String,
}

impl Finding {
    pub fn new(place: impl Into<String>, rule: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            rule: rule.into(),
            fix: fix.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}\n  rule: {}\n  fix:  {}",
            self.place, self.rule, self.fix
        )
    }
}

/// Prints the findings; true when there are none.
pub fn report(gate: &str, findings: &[Finding]) -> bool {
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("{gate}: good"),
        count => println!("{gate}: {count} to mend"),
    }
    findings.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_where_what_and_how() {
        let finding = Finding::new("crates/domain", "domain has no clock", "ask ports::Clock");
        assert_eq!(
            finding.to_string(),
            "crates/domain\n  rule: domain has no clock\n  fix:  ask ports::Clock"
        );
    }

    #[test]
    fn one_finding_is_a_refusal() {
        assert!(report("gate", &[]));
        assert!(!report("gate", &[Finding::new("a", "b", "c")]));
    }
}
