//! Places for servers that no other test sees, and processes that use them and are killed.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "each test uses a part of it"
)]

pub mod echo;

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use testkit::servers::Place;
use tokio_postgres::{Client, NoTls};

/// A place in memory that is this test's own. Its folder goes with the last server in it.
pub fn a_place(name: &str, grace: u64) -> Place {
    let usual = Place::of_this_user();
    let folder = format!("muster-test-{}-{name}", std::process::id());
    Place::new(
        usual.folder().with_file_name(folder),
        Duration::from_secs(grace),
    )
}

/// A process that uses a server.
pub struct User {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl User {
    /// Starts one that uses what the machine has, whatever was given.
    pub fn start(place: &Place, grace: u64, server: &str) -> Self {
        let mut command = command(place, grace, server);
        command
            .env_remove("TEST_DATABASE_URL")
            .env_remove("TEST_REDIS_URL");
        if std::env::var_os("TEST_SERVERS").is_some_and(|forced| forced == "given") {
            command.env_remove("TEST_SERVERS");
        }
        Self::of(command)
    }

    /// Starts one that was given a server.
    pub fn given(place: &Place, server: &str, variable: &str, url: &str) -> Self {
        let mut command = command(place, 0, server);
        command.env("TEST_SERVERS", "given").env(variable, url);
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the binary runs");
        let said = BufReader::new(child.stdout.take().expect("is piped"));
        Self { child, said }
    }

    /// The next line it says.
    pub fn says(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("can be read");
        assert!(!line.is_empty(), "it ended without a word");
        line.trim_end().to_owned()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is ours");
    }

    /// Lets it come to its end.
    pub fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("it is ours").success());
    }
}

fn command(place: &Place, grace: u64, server: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uses-a-server"));
    command
        .arg(place.folder())
        .arg(grace.to_string())
        .arg(server);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// Waits until something is so.
pub fn until(what: &str, within: Duration, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < within, "not so after {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether something listens there.
pub fn listens(url: &str) -> bool {
    let authority = url.split("://").nth(1).unwrap();
    let authority = authority.split('/').next().unwrap();
    TcpStream::connect(authority.rsplit('@').next().unwrap()).is_ok()
}

/// The processes that work below a folder.
pub fn working_in(place: &Place) -> Vec<PathBuf> {
    let processes = std::fs::read_dir("/proc").unwrap();
    let cwds =
        processes.filter_map(|process| std::fs::read_link(process.ok()?.path().join("cwd")).ok());
    cwds.filter(|cwd| cwd.starts_with(place.folder())).collect()
}

/// Waits until a server and everything about it is gone.
pub fn is_all_gone(place: &Place, url: &str) {
    until("the folder is gone", Duration::from_secs(30), || {
        !place.folder().exists()
    });
    assert!(!listens(url), "{url} still answers");
    assert_eq!(working_in(place), Vec::<PathBuf>::new());
}

/// A connection to a database.
pub async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("lets us in");
    tokio::spawn(connection);
    client
}

/// One value, as text.
pub async fn text(url: &str, sql: &str) -> String {
    client(url)
        .await
        .query_one(sql, &[])
        .await
        .expect("is answered")
        .get(0)
}
