//! A load of plain HTTP/1.1 requests on kept connections, from a process of its own: how many answers a
//! second, and how long each took.

use crate::Failure;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What a load came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Answers a second.
    pub rate: f64,
    /// Half of the answers were faster than this.
    pub median: Duration,
    /// 99 in 100 answers were faster than this.
    pub p99: Duration,
}

/// Connections at once.
pub const CONNECTIONS: usize = 64;

/// Sends the same request on every connection, one at a time, until the time is up.
///
/// # Errors
/// [`Failure`] when an answer is a failure, or the server goes away.
pub async fn run(address: SocketAddr, request: &[u8], time: Duration) -> Result<Measured, Failure> {
    let (started, until) = (Instant::now(), Instant::now() + time);
    let connections = (0..CONNECTIONS).map(|_| connection(address, request, until));
    let mut took: Vec<Duration> = futures::future::try_join_all(connections).await?.concat();
    let elapsed = started.elapsed();
    took.sort_unstable();
    Ok(Measured {
        rate: float(took.len()) / elapsed.as_secs_f64(),
        median: at(&took, 50),
        p99: at(&took, 99),
    })
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    sorted
        .get(sorted.len() * percent / 100)
        .copied()
        .unwrap_or_default()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of answers is far below 2^52"
)]
fn float(count: usize) -> f64 {
    count as f64
}

async fn connection(
    address: SocketAddr,
    request: &[u8],
    until: Instant,
) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut took, mut buffer) = (Vec::new(), Vec::with_capacity(64 * 1024));
    while Instant::now() < until {
        let sent = Instant::now();
        stream.write_all(request).await?;
        answer(&mut stream, &mut buffer).await?;
        took.push(sent.elapsed());
    }
    Ok(took)
}

/// The body of one answer.
pub(super) async fn body(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>, Failure> {
    let (mut stream, mut buffer) = (TcpStream::connect(address).await?, Vec::new());
    stream.write_all(request).await?;
    answer(&mut stream, &mut buffer).await?;
    let head = buffer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap_or_default();
    Ok(buffer.split_off((head + 4).min(buffer.len())))
}

/// Reads one answer into the buffer.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), Failure> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(Failure::unavailable(
                "the server closed a connection under load",
            ));
        }
        if let Some(length) = whole(buffer)? {
            if buffer.len() >= length {
                return Ok(());
            }
            buffer.reserve(length - buffer.len());
        }
    }
}

/// How long the whole answer is, once its head is there.
fn whole(buffer: &[u8]) -> Result<Option<usize>, Failure> {
    let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if !head.starts_with("http/1.1 20") {
        return Err(Failure::unavailable(format!(
            "the server answered {}",
            head.lines().next().unwrap_or_default()
        )));
    }
    let length = head.lines().find_map(|line| {
        line.strip_prefix("content-length: ")?
            .trim()
            .parse::<usize>()
            .ok()
    });
    Ok(Some(end + 4 + length.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{at, whole};
    use std::time::Duration;

    #[test]
    fn an_answer_is_as_long_as_its_head_says() {
        assert_eq!(
            whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab")
                .ok()
                .flatten(),
            Some(41)
        );
        assert_eq!(whole(b"HTTP/1.1 200 OK\r\nContent").ok().flatten(), None);
        assert!(whole(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").is_err());
    }

    #[test]
    fn percentiles_are_read_off_the_sorted_times() {
        let times: Vec<Duration> = (0..100).map(Duration::from_millis).collect();
        assert_eq!(
            (at(&times, 50), at(&times, 99), at(&[], 50)),
            (
                Duration::from_millis(50),
                Duration::from_millis(99),
                Duration::ZERO
            )
        );
    }
}
