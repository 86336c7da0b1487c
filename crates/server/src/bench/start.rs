//! What a service costs that nobody asks anything: how long it takes to answer for the first time, with people in its database,
//! and how much memory it holds then.

use super::load;
use crate::{Failure, seed};
use adapter_media::portraits;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a service is left alone before its memory is read.
const SETTLING: Duration = Duration::from_secs(3);
/// After this time it will not answer any more.
const PATIENCE: Duration = Duration::from_secs(30);
const TRIES: usize = 5;
const ROUNDS_OF_WORK: u64 = 5;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// From the start of the process to its first answer; the median of some tries.
    pub first_answer: Duration,
    /// Resident memory when idle, in bytes, where the system tells.
    pub idle_bytes: Option<u64>,
    /// The same after it has hashed passwords and made pictures.
    pub idle_again_bytes: Option<u64>,
}

/// Seeds a folder and starts the service on it some times.
///
/// # Errors
/// [`Failure`] when it cannot be started or does not answer.
pub async fn measured() -> Result<Started, Failure> {
    let folder = Folder::new()?;
    let seeded = command(&folder.0)?
        .args(["seed", "--users", "25"])
        .status()?;
    if !seeded.success() {
        return Err(Failure::unavailable("the folder cannot be seeded"));
    }
    let (mut took, mut idle_bytes, mut idle_again_bytes) = (Vec::with_capacity(TRIES), None, None);
    for _ in 0..TRIES {
        let service = Service::start(&folder.0)?;
        took.push(service.first_answer().await?);
        tokio::time::sleep(SETTLING).await;
        idle_bytes = resident_bytes(service.process.id());
        if took.len() == TRIES {
            service.work().await?;
            tokio::time::sleep(SETTLING).await;
            idle_again_bytes = resident_bytes(service.process.id());
        }
    }
    took.sort_unstable();
    let first_answer = took.get(TRIES / 2).copied().unwrap_or_default();
    Ok(Started {
        first_answer,
        idle_bytes,
        idle_again_bytes,
    })
}

/// A folder that goes with us.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("muster-bench-start-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in a temporary folder goes with the next start of the machine.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn command(folder: &Path) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .current_dir(folder)
        .env("MUSTER_DATABASE_URL", "sqlite://./data/muster.db")
        .env("MUSTER_OBJECTS_URL", "file://./data/objects")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

/// A service under way.
struct Service {
    process: Child,
    address: SocketAddr,
    began: Instant,
}

impl Service {
    fn start(folder: &Path) -> Result<Self, Failure> {
        let (address, management) = (free_address()?, free_address()?);
        let mut command = command(folder)?;
        command
            .env("MUSTER_HTTP__LISTEN", address.to_string())
            .env("MUSTER_MANAGEMENT__LISTEN", management.to_string());
        let began = Instant::now();
        let process = command.arg("serve").spawn()?;
        Ok(Self {
            process,
            address,
            began,
        })
    }

    /// Asks until there is an answer.
    async fn first_answer(&self) -> Result<Duration, Failure> {
        let request = b"GET /health/ready HTTP/1.1\r\nHost: bench\r\n\r\n";
        while self.began.elapsed() < PATIENCE {
            if load::body(self.address, request).await.is_ok() {
                return Ok(self.began.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(Failure::unavailable("the service does not answer"))
    }

    /// Some sign-ins and photos, which take tens of megabytes each while they last.
    async fn work(&self) -> Result<(), Failure> {
        for number in 0..ROUNDS_OF_WORK {
            let (email, password) = (seed::DEMO_EMAIL, seed::DEMO_PASSWORD);
            let login = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
            let answer = self
                .post("/v1/auth/login", "application/json", "", login.as_bytes())
                .await?;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let token = answer
                .split_once("\"access_token\":\"")
                .and_then(|(_, rest)| rest.split('"').next())
                .ok_or_else(|| Failure::unavailable("there is no token in the answer"))?;
            let photo = portraits::portrait(number).map_err(|error| Failure::internal(&error))?;
            self.post("/v1/users/me/images", "image/jpeg", token, &photo)
                .await?;
        }
        Ok(())
    }

    async fn post(
        &self,
        path: &str,
        media_type: &str,
        token: &str,
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let length = body.len();
        let bearer = if token.is_empty() {
            String::new()
        } else {
            format!("Authorization: Bearer {token}\r\n")
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\n{bearer}Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        load::body(self.address, &[head.as_bytes(), body].concat()).await
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Killed, as a service may be at any time; the next start finds everything.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// An address that nobody listens on now.
fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Resident memory of a process (proc(5): the second number of `statm`, in pages).
fn resident_bytes(process: u32) -> Option<u64> {
    const PAGE: u64 = 4096;
    let pages = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    Some(pages.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}
