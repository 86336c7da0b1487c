//! The real binary on a folder of its own, and clients that talk to it: what every end-to-end test starts with.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "each test uses a part of it"
)]

mod client;
pub mod gateway;
pub mod issuer;
pub mod pictures;
mod place;
mod raw;

pub use client::{Answer, Client};
#[allow(unused_imports, reason = "not every test makes trouble")]
pub use place::{Part, Place};
#[allow(unused_imports, reason = "not every test writes raw bytes")]
pub use raw::{raw, raw_parts};

use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "a quiet harbour at dawn";

/// A running server. Dropping it kills it, and its folder goes when the last owner does.
pub struct Muster {
    child: Child,
    place: Option<Arc<Place>>,
    log: Arc<Mutex<String>>,
    pub base: String,
    pub management: String,
}

/// How to start a server.
#[derive(Default)]
pub struct Start {
    pub place: Option<Arc<Place>>,
    pub environment: Vec<(&'static str, String)>,
}

impl Muster {
    /// Starts a server on an empty folder.
    pub fn start() -> Self {
        Self::start_with(Start::default())
    }

    /// Starts a server.
    pub fn start_with(start: Start) -> Self {
        let place = start.place.unwrap_or_else(|| Arc::new(Place::new()));
        let mut muster = Self::starting_on(&place, start.environment);
        muster.place = Some(place);
        muster.listening(Duration::from_secs(20))
    }

    /// Starts a server on a place that the caller keeps, to make trouble there.
    pub fn start_on(place: &Place) -> Self {
        Self::starting_on(place, Vec::new()).listening(Duration::from_secs(20))
    }

    /// Starts a server and does not wait for it.
    pub fn starting_on(place: &Place, environment: Vec<(&'static str, String)>) -> Self {
        let child = command(place.path())
            .arg("serve")
            .envs(place.environment())
            .env("MUSTER_HTTP__LISTEN", "127.0.0.1:0")
            .env("MUSTER_MANAGEMENT__LISTEN", "127.0.0.1:0")
            .envs(environment)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        Self::of(child)
    }

    /// A server that was started, with its standard error to be read.
    pub fn of(mut child: Child) -> Self {
        let log = Arc::new(Mutex::new(String::new()));
        let (stderr, lines) = (child.stderr.take().unwrap(), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut lines = lines.lock().unwrap();
                lines.push_str(&line);
                lines.push('\n');
            }
        });
        Self {
            child,
            place: None,
            log,
            base: String::new(),
            management: String::new(),
        }
    }

    /// Waits until it listens, at most so long.
    pub fn listening(mut self, within: Duration) -> Self {
        self.base = self.line_within("listening on ", within);
        self.management = self.wait_for_line("management on ");
        self
    }

    /// The details of its health.
    pub async fn health(&self) -> serde_json::Value {
        let management = Client::new(&self.management, None);
        management.get("/health/detailed").await.json()
    }

    /// Its metrics.
    pub async fn metrics(&self) -> String {
        let management = Client::new(&self.management, None);
        let told = management.get("/metrics").await;
        String::from_utf8(told.body).unwrap()
    }

    /// Starts a server on an empty folder and sets it up; answers the first admin.
    pub async fn set_up() -> (Self, Client) {
        let muster = Self::start();
        let admin = muster.first_admin().await;
        (muster, admin)
    }

    /// Uses the set-up link.
    pub async fn first_admin(&self) -> Client {
        let link = self.wait_for_line("set-up link: ");
        let (_, code) = link.split_once("#setup=").unwrap();
        let body = json!({"code": code, "password": PASSWORD, "email": "admin@example.org", "given_name": "Ada", "family_name": "Admin"});
        let answer = self.anonymous().post("/v1/auth/invitation", &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.bearing(answer.json()["access_token"].as_str().unwrap())
    }

    /// Enters a person, invites them and lets them set their password; answers their id and client.
    pub async fn person(&self, admin: &Client, role: &str, email: &str) -> (String, Client) {
        let body =
            json!({"given_name": "Grace", "family_name": "Hopper", "email": email, "role": role});
        let made = admin.post("/v1/users", &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let invited = admin
            .post(&format!("/v1/users/{id}/invitation"), &json!({}))
            .await;
        assert_eq!(invited.status, 201, "{invited:?}");
        let redeemed = json!({"code": invited.json()["code"], "password": PASSWORD});
        let answer = self
            .anonymous()
            .post("/v1/auth/invitation", &redeemed)
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        (
            id,
            self.bearing(answer.json()["access_token"].as_str().unwrap()),
        )
    }

    /// A machine key with these scopes: its id, and a client that presents it.
    pub async fn key(&self, admin: &Client, scopes: &[&str]) -> (String, Client) {
        let body = json!({"name": "a machine", "scopes": scopes});
        let made = admin.post("/v1/keys", &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let key = made.json()["key"].as_str().unwrap().to_owned();
        (made.id(), self.bearing(&key))
    }

    /// A client that is not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// A client with this access token.
    pub fn bearing(&self, token: &str) -> Client {
        Client::new(&self.base, Some(token.to_owned()))
    }

    /// Host and port of the application listener.
    pub fn address(&self) -> &str {
        self.base.strip_prefix("http://").unwrap()
    }

    /// Where the server works; kept so that another server can be started on it.
    pub fn place(&self) -> Arc<Place> {
        Arc::clone(self.place.as_ref().expect("the caller has the place"))
    }

    /// Everything written to stderr so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits for a line with this text; answers what stands behind it.
    pub fn wait_for_line(&self, text: &str) -> String {
        self.line_within(text, Duration::from_secs(20))
    }

    fn line_within(&self, text: &str, within: Duration) -> String {
        let started = Instant::now();
        loop {
            if let Some(found) = self
                .log()
                .lines()
                .find_map(|line| line.split_once(text).map(|(_, rest)| rest.to_owned()))
            {
                return found
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned();
            }
            assert!(
                started.elapsed() < within,
                "no line with {text:?} in:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the server without any warning.
    pub fn kill_9(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let sent = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the server's end.
    pub fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                started.elapsed() < Duration::from_secs(40),
                "still running:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Every object there is, leftovers included.
    pub fn objects(&self) -> Vec<String> {
        self.place().objects()
    }
}

impl Drop for Muster {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The binary in a folder, with nothing of our own environment in its settings.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    command.current_dir(folder);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MUSTER_"))
    {
        command.env_remove(name);
    }
    command
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Asks until it is so, for at most 25 seconds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut so: impl FnMut() -> F) {
    let started = Instant::now();
    while !so().await {
        assert!(
            started.elapsed() < Duration::from_secs(25),
            "never came true: {what}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
