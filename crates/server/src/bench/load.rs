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

pub(super) fn at(sorted: &[Duration], percent: usize) -> Duration {
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
    let (mut connection, mut took) = (Connection::open(address).await?, Vec::new());
    while Instant::now() < until {
        let sent = Instant::now();
        connection.ask_well(request).await?;
        took.push(sent.elapsed());
    }
    Ok(took)
}

/// The body of one answer.
pub(super) async fn body(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut connection = Connection::open(address).await?;
    connection.ask_well(request).await?;
    Ok(connection.body().to_vec())
}

/// A kept connection that asks one thing at a time.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: usize,
}

/// One answer.
pub(super) struct Answer {
    pub(super) status: u16,
    body: String,
}

impl Answer {
    /// A text out of an answer of JSON.
    pub(super) fn text(&self, member: &str) -> Result<String, Failure> {
        let found = self.body.split_once(&format!("\"{member}\":\""));
        let found = found.and_then(|(_, rest)| rest.split_once('"'));
        let missing =
            || Failure::unavailable(format!("no {member} in {} {}", self.status, self.body));
        found.map(|(text, _)| text.to_owned()).ok_or_else(missing)
    }
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
            head: 0,
        })
    }

    /// Asks, and answers whatever the server says.
    pub(super) async fn ask(&mut self, request: &[u8]) -> Result<Answer, Failure> {
        let status = self.exchange(request).await?;
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(self.body()).into_owned(),
        })
    }

    /// Asks for something that must go well.
    async fn ask_well(&mut self, request: &[u8]) -> Result<(), Failure> {
        let status = self.exchange(request).await?;
        match status {
            200..=299 => Ok(()),
            _ => Err(Failure::unavailable(format!(
                "the server answered {status}"
            ))),
        }
    }

    fn body(&self) -> &[u8] {
        self.buffer.get(self.head..).unwrap_or_default()
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<u16, Failure> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(Failure::unavailable(
                    "the server closed a connection under load",
                ));
            }
            if let Some(head) = Head::of(&self.buffer) {
                let length = head.end + head.body;
                if self.buffer.len() >= length {
                    self.head = head.end;
                    return Ok(head.status);
                }
                self.buffer.reserve(length - self.buffer.len());
            }
        }
    }
}

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Where the body begins.
    end: usize,
    /// How long the body is.
    body: usize,
}

impl Head {
    /// `None` until it is there as a whole.
    fn of(buffer: &[u8]) -> Option<Self> {
        let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(buffer.get(..end)?).to_ascii_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let body = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        Some(Self {
            status: status.unwrap_or_default(),
            end: end + 4,
            body: body.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, at};
    use std::time::Duration;

    #[test]
    fn an_answer_is_as_long_as_its_head_says() {
        let found = Head::of(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
        let expected = Head {
            status: 200,
            end: 38,
            body: 3,
        };
        assert_eq!(found, Some(expected));
        assert_eq!(Head::of(b"HTTP/1.1 200 OK\r\nContent"), None);
        let found = Head::of(b"HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assert_eq!(found.map(|head| head.status), Some(503));
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
