//! Part of `check-layers`: each crate has its own job on a pull request, so that a new crate is not forgotten where nobody looks.

use crate::finding::Finding;
use crate::model::Member;

/// The workflow that must name each crate.
pub const WORKFLOW: &str = ".github/workflows/pull-request.yml";

/// Every crate without a job, and every job without a crate.
pub fn check(members: &[Member], workflow: &str) -> Vec<Finding> {
    let jobs = matrix(workflow);
    let forgotten = members
        .iter()
        .filter(|member| !jobs.contains(&member.name.as_str()));
    let stale = jobs
        .iter()
        .filter(|job| !members.iter().any(|member| member.name == **job));
    let missing = forgotten.map(|member| (member.name.as_str(), "add it to"));
    let findings = missing.chain(stale.map(|job| (*job, "remove it from")));
    findings
        .map(|(name, action)| {
            let rule = format!("the matrix names every crate of ours and no other; see `{name}`");
            Finding::new(WORKFLOW, rule, format!("{action} the list below `crate:`"))
        })
        .collect()
}

/// The list below `crate:`.
fn matrix(workflow: &str) -> Vec<&str> {
    let below = workflow
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "crate:")
        .skip(1);
    below.map_while(|line| line.strip_prefix("- ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOBS: &str = "matrix:\n  crate:\n    - domain\n    - ports\nsteps:\n  - uses: x\n";

    fn members(names: &[&str]) -> Vec<Member> {
        names
            .iter()
            .map(|name| Member {
                name: (*name).to_owned(),
                ..Member::default()
            })
            .collect()
    }

    #[test]
    fn the_same_crates_pass() {
        assert_eq!(check(&members(&["ports", "domain"]), JOBS), []);
    }

    #[test]
    fn a_crate_without_a_job_and_a_job_without_a_crate_are_refused() {
        assert_eq!(
            check(&members(&["domain", "ports", "platform"]), JOBS).len(),
            1
        );
        assert_eq!(check(&members(&["domain"]), JOBS).len(), 1);
    }
}
