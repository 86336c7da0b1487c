//! Tells the heads that actix writes by itself from ours, by the little that is in them.
//!
//! Every answer of ours has passed the stack and has an `x-request-id`. A bare head has a length of 0, perhaps a word about
//! the connection, a date, and nothing else. The shape is checked to the letter, since what ends like a head may be the end
//! of somebody's bytes.

use crate::error::{ApiError, Code};
use actix_web::HttpResponse;
use actix_web::body::MessageBody as _;
use std::fmt::Write as _;

/// No bare head is longer: its longest lines are 46, 19, 33 and 37 bytes, and 2 end it.
const LONGEST: usize = 160;
const END: &[u8] = b"\r\n\r\n";
const BEGINNING: &[u8] = b"HTTP/1.";

/// A head of a failure that actix wrote by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bare<'a> {
    /// Where in the buffer it begins; it ends where the buffer does.
    pub(super) start: usize,
    /// Which failure.
    pub(super) status: u16,
    /// When, as the header says it.
    date: Option<&'a str>,
}

/// The bare head at the end of what is about to be written, if there is one. Most writes are done after four bytes.
pub(super) fn at_the_end_of(buffer: &[u8]) -> Option<Bare<'_>> {
    if !buffer.ends_with(END) {
        return None;
    }
    let (before, tail) = buffer.split_at(buffer.len().saturating_sub(LONGEST));
    let start = tail
        .windows(BEGINNING.len())
        .rposition(|window| window == BEGINNING)?;
    let (_, head) = tail.split_at_checked(start)?;
    let mut lines = core::str::from_utf8(head)
        .ok()?
        .strip_suffix("\r\n\r\n")?
        .split("\r\n");
    let status = status_of(lines.next()?)?;
    let (mut is_empty, mut date) = (false, None);
    for line in lines {
        match line.split_once(": ")? {
            ("content-length", "0") => is_empty = true,
            ("connection", _) => {}
            ("date", value) => date = Some(value),
            _ => return None,
        }
    }
    is_empty.then_some(Bare {
        start: before.len() + start,
        status,
        date,
    })
}

/// The status of a status line, when it is a failure.
fn status_of(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let (status, _reason) = rest.split_once(' ')?;
    let is_known = matches!(version, "HTTP/1.0" | "HTTP/1.1") && status.len() == 3;
    let status = status.parse().ok().filter(|_| is_known)?;
    (400..600).contains(&status).then_some(status)
}

impl Bare<'_> {
    /// The failure that it stands for.
    pub(super) fn error(&self) -> ApiError {
        let (code, detail) = match self.status {
            408 => (
                Code::RequestTimeout,
                "the head of the request did not arrive in time",
            ),
            431 => (
                Code::HeadersTooLarge,
                "the head of the request is too large to be read",
            ),
            500.. => (
                Code::Internal,
                "an unexpected failure was logged under the request_id",
            ),
            _ => (
                Code::MalformedRequest,
                "what arrived cannot be read as a request of HTTP/1.1",
            ),
        };
        ApiError::new(code, detail)
    }

    /// A whole answer in its place, byte by byte. The connection ends with it.
    pub(super) fn replaced_by(&self, response: HttpResponse) -> Vec<u8> {
        let (response, body) = response.into_parts();
        // A problem is never a stream.
        let body = body.try_into_bytes().unwrap_or_default();
        let mut head = format!("HTTP/1.1 {}\r\n", response.status());
        for (name, value) in response.headers() {
            if let Ok(value) = value.to_str() {
                // Writing to a string cannot fail.
                let _ = write!(head, "{name}: {value}\r\n");
            }
        }
        if let Some(date) = self.date {
            let _ = write!(head, "date: {date}\r\n");
        }
        let _ = write!(
            head,
            "content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&body);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::at_the_end_of;

    const DATE: &str = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

    fn found(text: &str) -> Option<(usize, u16)> {
        at_the_end_of(text.as_bytes()).map(|bare| (bare.start, bare.status))
    }

    #[test]
    fn the_heads_that_actix_writes_by_itself_are_known() {
        for (first, status) in [
            ("HTTP/1.1 400 Bad Request", 400),
            ("HTTP/1.0 408 Request Timeout", 408),
            ("HTTP/1.1 431 Request Header Fields Too Large", 431),
            ("HTTP/1.1 500 Internal Server Error", 500),
            ("HTTP/1.1 511 Network Authentication Required", 511),
        ] {
            for connection in [
                "",
                "connection: close\r\n",
                "connection: keep-alive, upgrade\r\n",
            ] {
                let head = format!("{first}\r\ncontent-length: 0\r\n{connection}{DATE}\r\n");
                assert_eq!(found(&head), Some((0, status)), "{head}");
                let behind = format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{{}}{head}");
                assert_eq!(
                    found(&behind),
                    Some((behind.len() - head.len(), status)),
                    "{behind}"
                );
            }
        }
    }

    #[test]
    fn other_heads_and_bytes_are_not_touched() {
        let id = "x-request-id: 4bf92f3577b34da6a3ce929d0e0e4736\r\n";
        for text in [
            "",
            "\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "bytes that end\r\n\r\n",
            "HTTP/1.1 4000 Bad\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 10\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\nbody\r\n\r\n",
            "HTTP/2 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
            &format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{DATE}\r\n"),
            &format!("HTTP/1.1 304 Not Modified\r\n{id}{DATE}\r\n"),
            &format!("HTTP/1.1 204 No Content\r\n{id}{DATE}\r\n"),
            &format!("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n{id}{DATE}\r\n"),
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(
            at_the_end_of(b"HTTP/1.1 400 \xff\r\ncontent-length: 0\r\n\r\n"),
            None
        );
    }
}
