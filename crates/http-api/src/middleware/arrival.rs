//! Gives every request an id and a place in a trace: the client's own if it has good ones.

use crate::extract::Arrival;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use application::Caller;
use domain::limits::Source;
use platform::telemetry::{RequestContext, TraceParent};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Makes ids that no other process makes: two random words of this process, mixed with a counter.
pub(super) struct RequestIds {
    seeds: [u64; 3],
    count: AtomicU64,
}

impl RequestIds {
    pub(super) fn new() -> Self {
        // The standard library's hash keys come from the system's randomness.
        let seeds = [0, 1, 2].map(|word: u64| RandomState::new().hash_one(word));
        Self {
            seeds,
            count: AtomicU64::new(0),
        }
    }

    fn next(&self) -> [u8; 24] {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let [first, second, third] = self.seeds.map(|seed| mixed(seed ^ mixed(count)));
        let mut bytes = [0; 24];
        for (place, byte) in bytes.iter_mut().zip(
            [first, second, third]
                .iter()
                .flat_map(|word| word.to_be_bytes()),
        ) {
            *place = byte;
        }
        bytes
    }
}

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014), so that consecutive counts look nothing alike.
fn mixed(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// What is known of a request when it arrives, and the id to send back.
pub(super) fn of(headers: &HeaderMap, ids: &RequestIds) -> (Arrival, HeaderValue) {
    let random = ids.next();
    let given_trace = single(headers, &TRACEPARENT)
        .and_then(|value| TraceParent::parse(value.to_str().ok()?).ok());
    let fresh = TraceParent::fresh(random, false);
    let trace = given_trace.map_or(fresh, |given| given.child(tail(random)));
    let given_id = single(headers, &REQUEST_ID)
        .filter(|value| is_good(value.as_bytes()))
        .and_then(|value| Some((value.to_str().ok()?, value)));
    let (id, shown) = match given_id {
        Some((id, value)) => (id.to_owned(), value.clone()),
        None => {
            let id = fresh.trace_id();
            let shown =
                HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("unknown"));
            (id, shown)
        }
    };
    let context = Arc::new(RequestContext::new(id, trace.trace_id()));
    (
        Arrival {
            context,
            trace: Some(trace),
            caller: Caller::ANONYMOUS,
            source: Source::UNKNOWN,
        },
        shown,
    )
}

fn tail(random: [u8; 24]) -> [u8; 8] {
    let mut last = [0; 8];
    last.iter_mut()
        .zip(random.iter().skip(16))
        .for_each(|(place, byte)| *place = *byte);
    last
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name);
    values.next().filter(|_| values.next().is_none())
}

/// 8 to 128 of `[A-Za-z0-9._-]`: nothing that could forge a log line.
fn is_good(id: &[u8]) -> bool {
    (8..=128).contains(&id.len())
        && id
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::{RequestIds, is_good, of};
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
    use std::collections::HashSet;

    #[test]
    fn good_ids_of_clients_are_kept() {
        for id in ["12345678", "a.b_c-D9", &"x".repeat(128)] {
            assert!(is_good(id.as_bytes()), "{id}");
        }
        for id in [
            "1234567",
            "has space",
            "new\nline",
            "quote\"quote",
            "ümlaut-id",
            &"x".repeat(129),
        ] {
            assert!(!is_good(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn ids_do_not_repeat_and_look_random() {
        let ids = RequestIds::new();
        let made: HashSet<_> = (0..10_000).map(|_| ids.next()).collect();
        assert_eq!(made.len(), 10_000);
    }

    #[test]
    fn a_trace_that_began_elsewhere_goes_on() {
        let mut headers = HeaderMap::new();
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert(
            HeaderName::from_static("traceparent"),
            HeaderValue::from_static(trace),
        );
        let (arrival, _) = of(&headers, &RequestIds::new());
        assert_eq!(
            arrival.context.trace_id(),
            "4bf92f3577b34da6a3ce929d0e0e4736"
        );
        let shown = arrival.trace.expect("is there").to_string();
        assert!(shown.ends_with("-01") && shown != trace, "{shown}");
    }

    #[test]
    fn a_doubled_id_is_nobodys_id() {
        let mut headers = HeaderMap::new();
        headers.append(super::REQUEST_ID, HeaderValue::from_static("first-id"));
        headers.append(super::REQUEST_ID, HeaderValue::from_static("second-id"));
        let (arrival, shown) = of(&headers, &RequestIds::new());
        assert_eq!(arrival.context.request_id().len(), 32);
        assert_eq!(shown.as_bytes(), arrival.context.request_id().as_bytes());
    }
}
