//! `Range` and `If-Range` (RFC 9110, 14) over bytes: one range or the whole.

use actix_web::http::header::{HeaderMap, IF_RANGE, RANGE};
use core::ops::Range;

/// Which bytes of a representation a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// All of them.
    Whole,
    /// These.
    Part(Range<u64>),
    /// Some beyond the end.
    Unsatisfiable,
}

/// Reads the headers. What cannot be read, several ranges, and a range of another representation mean the whole, as the
/// standard allows.
#[must_use]
pub fn requested(headers: &HeaderMap, etag: &str, size: u64) -> Requested {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &actix_web::http::header::HeaderValue| value.to_str().ok())
    };
    let stale = headers.contains_key(IF_RANGE) && text(IF_RANGE) != Some(etag);
    match text(RANGE) {
        Some(range) if !stale => parse(range, size).unwrap_or(Requested::Whole),
        Some(_) | None => Requested::Whole,
    }
}

fn parse(range: &str, size: u64) -> Option<Requested> {
    let (first, last) = range
        .trim()
        .strip_prefix("bytes=")?
        .trim()
        .split_once('-')?;
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let part = match (first, last) {
        ("", "") => return None,
        ("", suffix) => {
            let length = number(suffix)?.min(size);
            size - length..size
        }
        (first, "") => number(first)?..size,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(size)
        }
    };
    Some(if part.is_empty() {
        Requested::Unsatisfiable
    } else {
        Requested::Part(part)
    })
}

#[cfg(test)]
mod tests {
    use super::{Requested, requested};
    use actix_web::http::header::{HeaderMap, HeaderValue, IF_RANGE, RANGE};

    fn read(range: &'static str) -> Requested {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static(range));
        requested(&headers, "\"tag\"", 10)
    }

    #[test]
    fn one_range_is_cut_at_the_end() {
        assert_eq!(read("bytes=0-0"), Requested::Part(0..1));
        assert_eq!(read("bytes=2-5"), Requested::Part(2..6));
        assert_eq!(read("bytes=2-"), Requested::Part(2..10));
        assert_eq!(read("bytes=-3"), Requested::Part(7..10));
        assert_eq!(read("bytes=-99"), Requested::Part(0..10));
        assert_eq!(
            read("bytes=2-99999999999999999999999"),
            Requested::Part(2..10)
        );
    }

    #[test]
    fn ranges_beyond_the_end_cannot_be_served() {
        for range in [
            "bytes=10-",
            "bytes=10-12",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(read(range), Requested::Unsatisfiable, "{range}");
        }
    }

    #[test]
    fn what_cannot_be_read_means_the_whole() {
        for range in [
            "bytes=5-2",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "bytes=+1-2",
        ] {
            assert_eq!(read(range), Requested::Whole, "{range}");
        }
    }

    #[test]
    fn a_range_of_another_representation_means_the_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-1"));
        headers.insert(IF_RANGE, HeaderValue::from_static("\"tag\""));
        assert_eq!(requested(&headers, "\"tag\"", 10), Requested::Part(0..2));
        assert_eq!(requested(&headers, "\"other\"", 10), Requested::Whole);
    }
}
