//! A day's work in a minute: reads, searches, changes, new people and photos, sent at a steady rate whether
//! answers come or not, so that a server that stalls is charged for everybody who had to wait.

use super::load::{Answer, Connection, at};
use crate::Failure;
use adapter_media::portraits::portrait;
use core::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Requests a second.
pub const RATE: u32 = 500;
/// Connections that share them.
const CONNECTIONS: u32 = 64;

/// What a minute came to.
#[derive(Debug, Clone)]
pub struct Mixed {
    sent: usize,
    reads: usize,
    failed: Vec<String>,
    median: Duration,
    p99: Duration,
    worst: Duration,
}

/// What a turn of a connection asks for. Of 50 turns 26 read a person, 6 a photo, 5 list, 3 search, 5 change
/// somebody, 4 enter somebody and 1 uploads a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Read,
    Photo,
    List,
    Search,
    Change,
    Enter,
    Upload,
}

impl Turn {
    const fn of(number: u32) -> Self {
        match number % 50 {
            0 => Self::Upload,
            1 | 13 | 25 | 37 => Self::Enter,
            3 | 15 | 27 | 39 | 45 => Self::Change,
            5 | 21 | 33 => Self::Search,
            7 | 17 | 23 | 31 | 43 => Self::List,
            9 | 11 | 19 | 29 | 35 | 41 => Self::Photo,
            _ => Self::Read,
        }
    }

    const fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Photo | Self::List | Self::Search)
    }
}

/// One answer: what was asked, how long it took from when it was due, and what was wrong with it.
struct Taken {
    turn: Turn,
    took: Duration,
    failed: Option<String>,
}

/// Sends [`RATE`] requests a second for so long.
///
/// # Errors
/// [`Failure`] when a connection breaks; answers that are failures are counted.
pub async fn run(address: SocketAddr, token: &str, time: Duration) -> Result<Mixed, Failure> {
    // One after the other: a photo needs a place to be decoded.
    let mut desks = Vec::new();
    for worker in 0..CONNECTIONS {
        let connection = Connection::open(address).await?;
        desks.push(Desk::open(connection, token, worker).await?);
    }
    let (next, began) = (AtomicU32::new(0), Instant::now());
    let workers = desks.into_iter().map(|desk| work(desk, &next, began, time));
    let taken = futures::future::try_join_all(workers).await?;
    let taken: Vec<Taken> = taken.into_iter().flatten().collect();
    let mut took: Vec<Duration> = taken.iter().map(|one| one.took).collect();
    took.sort_unstable();
    Ok(Mixed {
        sent: taken.len(),
        reads: taken.iter().filter(|one| one.turn.is_read()).count(),
        median: at(&took, 50),
        p99: at(&took, 99),
        worst: took.last().copied().unwrap_or_default(),
        failed: taken.into_iter().filter_map(|one| one.failed).collect(),
    })
}

async fn work(
    mut desk: Desk<'_>,
    next: &AtomicU32,
    began: Instant,
    time: Duration,
) -> Result<Vec<Taken>, Failure> {
    let mut taken = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let due = Duration::from_secs(1) * number / RATE;
        if due >= time {
            return Ok(taken);
        }
        sleep_until(began + due).await;
        let turn = Turn::of(number);
        let answer = desk.ask(turn, number).await?;
        taken.push(Taken {
            turn,
            took: (began + due).elapsed(),
            failed: (answer.status >= 300)
                .then(|| format!("{turn:?} was answered {}", answer.status)),
        });
    }
}

/// A connection, and the person and the photo it works with.
struct Desk<'a> {
    connection: Connection,
    token: &'a str,
    worker: u32,
    person: String,
    version: u32,
    photo: String,
    portrait: Vec<u8>,
}

impl<'a> Desk<'a> {
    async fn open(connection: Connection, token: &'a str, worker: u32) -> Result<Self, Failure> {
        let mut desk = Self {
            connection,
            token,
            worker,
            person: String::new(),
            version: 1,
            photo: String::new(),
            portrait: portrait(u64::from(worker)).map_err(|error| Failure::internal(&error))?,
        };
        let entered = desk.enter(u32::MAX - worker).await?;
        desk.person = entered.text("id")?;
        let uploaded = desk.upload(u32::MAX - worker).await?;
        desk.photo = uploaded.text("id")?;
        // The first photo became the avatar: a version more.
        desk.version = 2;
        Ok(desk)
    }

    async fn ask(&mut self, turn: Turn, number: u32) -> Result<Answer, Failure> {
        let person = self.person.clone();
        match turn {
            Turn::Read => self.get(&format!("/v1/users/{person}")).await,
            Turn::Photo => {
                let photo = self.photo.clone();
                self.get(&format!("/v1/users/{person}/images/{photo}/256"))
                    .await
            }
            Turn::List => self.get("/v1/users?page_size=20").await,
            Turn::Search => {
                self.get(&format!("/v1/users?query=desk{}&page_size=20", self.worker))
                    .await
            }
            Turn::Change => self.change(number).await,
            Turn::Enter => self.enter(number).await,
            Turn::Upload => self.upload(number).await,
        }
    }

    async fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.send("GET", path, "", &[]).await
    }

    async fn change(&mut self, number: u32) -> Result<Answer, Failure> {
        let (path, seen) = (format!("/v1/users/{}", self.person), self.version);
        let head = format!("Content-Type: application/json\r\nIf-Match: \"{seen}\"\r\n");
        let body = format!("{{\"phone\": \"+1 555 {number:010}\"}}");
        let answer = self.send("PATCH", &path, &head, body.as_bytes()).await?;
        if answer.status == 200 {
            self.version += 1;
        }
        Ok(answer)
    }

    async fn enter(&mut self, number: u32) -> Result<Answer, Failure> {
        let head = format!("Content-Type: application/json\r\nIdempotency-Key: enter-{number}\r\n");
        let body = format!(
            "{{\"given_name\": \"Desk{}\", \"family_name\": \"N{number}\", \"email\": \"n{number}@bench.example\"}}",
            self.worker
        );
        self.send("POST", "/v1/users", &head, body.as_bytes()).await
    }

    async fn upload(&mut self, number: u32) -> Result<Answer, Failure> {
        let person = match self.person.is_empty() {
            true => "me".to_owned(),
            false => self.person.clone(),
        };
        // What stands behind the end of a JPEG is ignored, and makes it another file.
        let mut picture = self.portrait.clone();
        picture.extend_from_slice(&number.to_be_bytes());
        let path = format!("/v1/users/{person}/images");
        self.send("POST", &path, "Content-Type: image/jpeg\r\n", &picture)
            .await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        head: &str,
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let (token, length) = (self.token, body.len());
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n{head}\r\n"
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.connection.ask(&request).await
    }
}

impl fmt::Display for Mixed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let good = self.failed.is_empty() && ms(self.p99) < 100.0;
        writeln!(
            formatter,
            "{RATE} mixed requests a second ({} of {} reads): p50 {:.1} ms, p99 {:.1} ms, worst {:.0} ms, {} failures (p99 below 100 ms, none: {})",
            self.reads,
            self.sent,
            ms(self.median),
            ms(self.p99),
            ms(self.worst),
            self.failed.len(),
            if good { "reached" } else { "MISSED" },
        )?;
        for failed in self.failed.iter().take(5) {
            writeln!(formatter, "  {failed}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Turn;

    #[test]
    fn four_in_five_turns_read() {
        let reads = (0..50).filter(|number| Turn::of(*number).is_read()).count();
        assert_eq!(reads, 40);
    }
}
