//! Requests that no well-behaved client would send, written byte by byte.

use super::Answer;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Sends bytes as they are and reads one answer until the server closes.
pub fn raw(address: &str, request: &[u8]) -> Answer {
    raw_parts(address, &[(request, Duration::ZERO)])
}

/// Sends pieces with a pause after each, and reads one answer.
pub fn raw_parts(address: &str, parts: &[(&[u8], Duration)]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    for (part, pause) in parts {
        // The server may have answered and closed already.
        let _closed = stream.write_all(part);
        std::thread::sleep(*pause);
    }
    let mut bytes = Vec::new();
    let _reset = stream.read_to_end(&mut bytes);
    parsed(&bytes)
}

fn parsed(bytes: &[u8]) -> Answer {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let mut headers = reqwest::header::HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.append(
            reqwest::header::HeaderName::from_bytes(name.as_bytes()).unwrap(),
            value.parse().unwrap(),
        );
    }
    let mut body = bytes[end + 4..].to_vec();
    if let Some(length) = headers
        .get("content-length")
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
    {
        body.truncate(length);
    }
    Answer {
        status,
        headers,
        body,
    }
}
