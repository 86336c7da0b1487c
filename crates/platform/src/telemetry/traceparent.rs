//! The W3C `traceparent` header, so that a trace which began elsewhere goes on through us.
//!
//! Source: W3C Trace Context, level 1, section 3.2 (<https://www.w3.org/TR/trace-context/#traceparent-header>).

use std::fmt;

/// Position in a trace. It prints as a version 00 header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    trace_id: u128,
    parent_id: u64,
    sampled: bool,
}

/// Why a header was not believed; a new trace is started then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TraceParentError {
    /// Not `version-traceid-parentid-flags` in the lengths the specification gives.
    #[error("the header does not have the shape of a traceparent")]
    Shape,
    /// Something else than lower case hexadecimal digits.
    #[error("a field is not lower case hexadecimal")]
    Digits,
    /// Version `ff`, which is forbidden.
    #[error("version ff is forbidden")]
    Version,
    /// An id of zeros, which means nothing.
    #[error("an id is all zeros")]
    Zero,
}

const LENGTH: usize = 55;

impl TraceParent {
    /// Reads a header; later versions are read as far as version 00 goes.
    ///
    /// # Errors
    /// [`TraceParentError`] when the specification says to ignore the header.
    pub fn parse(header: &str) -> Result<Self, TraceParentError> {
        let shape = TraceParentError::Shape;
        let (known, rest) = header.split_at_checked(LENGTH).ok_or(shape)?;
        let mut fields = known.split('-');
        let mut field = |digits: usize| {
            fields
                .next()
                .filter(|field| field.len() == digits)
                .ok_or(shape)
        };
        let (version, trace_id, parent_id, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
        let version = hexadecimal(version)?;
        match version {
            0xff => return Err(TraceParentError::Version),
            0 if !rest.is_empty() => return Err(shape),
            _ if !rest.is_empty() && !rest.starts_with('-') => return Err(shape),
            _ => {}
        }
        let parsed = Self {
            trace_id: hexadecimal(trace_id)?,
            parent_id: u64::try_from(hexadecimal(parent_id)?).map_err(|_too_long| shape)?,
            sampled: hexadecimal(flags)? & 1 == 1,
        };
        if parsed.trace_id == 0 || parsed.parent_id == 0 {
            Err(TraceParentError::Zero)
        } else {
            Ok(parsed)
        }
    }

    /// A new trace from 24 random bytes: 16 for the trace, 8 for the parent.
    #[must_use]
    pub fn fresh(random: [u8; 24], sampled: bool) -> Self {
        let (trace, parent) = random.split_at(16);
        let trace_id = trace
            .iter()
            .fold(0, |id, byte| (id << 8) | u128::from(*byte));
        let parent_id = parent
            .iter()
            .fold(0, |id, byte| (id << 8) | u64::from(*byte));
        Self {
            trace_id: trace_id.max(1),
            parent_id: parent_id.max(1),
            sampled,
        }
    }

    /// The next position in the same trace, from 8 random bytes.
    #[must_use]
    pub fn child(self, random: [u8; 8]) -> Self {
        Self {
            parent_id: u64::from_be_bytes(random).max(1),
            ..self
        }
    }

    /// The trace's id, 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// Whether the caller recorded its part of the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.sampled
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id,
            self.parent_id,
            u8::from(self.sampled)
        )
    }
}

fn hexadecimal(field: &str) -> Result<u128, TraceParentError> {
    if !field
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    {
        return Err(TraceParentError::Digits);
    }
    u128::from_str_radix(field, 16).map_err(|_not_digits| TraceParentError::Digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn the_example_of_the_specification_reads_and_prints_back() {
        let parent = TraceParent::parse(VALID).expect("valid");
        assert_eq!(parent.to_string(), VALID);
        assert_eq!(parent.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(parent.is_sampled());
        let unsampled = VALID.replace("-01", "-00");
        assert!(!TraceParent::parse(&unsampled).expect("valid").is_sampled());
    }

    #[test]
    fn only_the_sampled_flag_is_understood_and_passed_on() {
        let parent = TraceParent::parse(&VALID.replace("-01", "-ff")).expect("valid");
        assert_eq!(parent.to_string(), VALID);
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        for header in [
            VALID.replacen("00", "cc", 1),
            format!("{}-what-the-future", VALID.replacen("00", "cc", 1)),
        ] {
            assert_eq!(
                TraceParent::parse(&header).expect("valid").to_string(),
                VALID,
                "{header}"
            );
        }
    }

    #[test]
    fn what_the_specification_forbids_is_refused() {
        use TraceParentError::{Digits, Shape, Version, Zero};
        for (header, error) in [
            ("", Shape),
            ("00", Shape),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                Shape,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
                Shape,
            ),
            (
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.extra",
                Shape,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7-01--",
                Shape,
            ),
            (
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Version,
            ),
            (
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                Digits,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e473.-00f067aa0ba902b7-01",
                Digits,
            ),
            (
                ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Digits,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0+",
                Digits,
            ),
            (
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                Zero,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                Zero,
            ),
        ] {
            assert_eq!(TraceParent::parse(header), Err(error), "{header}");
        }
    }

    #[test]
    fn a_fresh_trace_is_never_all_zeros() {
        let fresh = TraceParent::fresh([0; 24], false);
        assert_eq!(TraceParent::parse(&fresh.to_string()), Ok(fresh));
        assert_eq!(fresh.child([0; 8]).trace_id(), fresh.trace_id());
        assert_eq!(
            TraceParent::fresh([0xab; 24], true).trace_id(),
            "ab".repeat(16)
        );
    }
}
