//! What was measured, as a table of ratios.

use super::load::Measured;
use super::start::Started;
use super::target::LAYERS;
use core::fmt;
use std::collections::BTreeMap;

/// The medians of all rounds.
pub struct Report {
    taken: BTreeMap<&'static str, Vec<Measured>>,
    started: Option<Started>,
}

impl Report {
    pub(super) const fn new(
        taken: BTreeMap<&'static str, Vec<Measured>>,
        started: Option<Started>,
    ) -> Self {
        Self { taken, started }
    }

    fn rate(&self, name: &str) -> f64 {
        median(
            self.taken
                .get(name)
                .into_iter()
                .flatten()
                .map(|measured| measured.rate)
                .collect(),
        )
    }

    /// The median over the rounds of the ratio within each round.
    fn ratio(&self, name: &str, against: &str) -> f64 {
        let (one, other) = (self.taken.get(name), self.taken.get(against));
        let pairs = one.into_iter().flatten().zip(other.into_iter().flatten());
        median(pairs.map(|(one, other)| one.rate / other.rate).collect())
    }

    fn p99_ms(&self, name: &str) -> f64 {
        median(
            self.taken
                .get(name)
                .into_iter()
                .flatten()
                .map(|measured| measured.p99.as_secs_f64() * 1e3)
                .collect(),
        )
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<46} {:>10} {:>9} {:>8}",
            "answering the same bytes behind", "answers/s", "p99 ms", "ratio"
        )?;
        let line = |name: &'static str, said: &str, against: &'static str| {
            (
                said.to_owned(),
                self.rate(name),
                self.p99_ms(name),
                self.ratio(name, against),
            )
        };
        let mut lines = vec![line("bare", "nothing (a bare actix-web handler)", "bare")];
        lines.extend(
            LAYERS
                .iter()
                .map(|(name, _)| line(name, &format!("+ {name}"), "bare")),
        );
        for (said, rate, p99, ratio) in lines {
            writeln!(formatter, "{said:<46} {rate:>10.0} {p99:>9.2} {ratio:>8.2}")?;
        }
        writeln!(formatter)?;
        let stack = LAYERS.last().map_or("bare", |(name, _)| *name);
        verdict(
            formatter,
            "whole stack with sign-in / bare handler",
            self.ratio(stack, "bare"),
            0.55,
        )?;
        verdict(
            formatter,
            "cached user read / same bytes, same stack",
            self.ratio("user", "bytes"),
            0.7,
        )?;
        match &self.started {
            Some(started) => started.fmt(formatter),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Started {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first_ms = self.first_answer.as_secs_f64() * 1e3;
        writeln!(
            formatter,
            "start to first answer, with people in the database: {first_ms:.0} ms (at most 300: {})",
            word(first_ms <= 300.0)
        )?;
        memory(formatter, "idle resident memory", self.idle_bytes)?;
        memory(
            formatter,
            "the same after sign-ins and photos",
            self.idle_again_bytes,
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn memory(formatter: &mut fmt::Formatter<'_>, what: &str, bytes: Option<u64>) -> fmt::Result {
    let Some(bytes) = bytes else {
        return writeln!(formatter, "{what}: not known on this system");
    };
    let held = bytes as f64 / 1e6;
    let word = word(held <= 25.0);
    writeln!(formatter, "{what}: {held:.1} MB (at most 25: {word})")
}

const fn word(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

fn verdict(formatter: &mut fmt::Formatter<'_>, what: &str, ratio: f64, least: f64) -> fmt::Result {
    let word = word(ratio >= least);
    writeln!(formatter, "{what}: {ratio:.2} (at least {least}: {word})")
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn a_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }
}
