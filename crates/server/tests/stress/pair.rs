//! The two processes of a stress test: how they are started, wait for each other, and are asked.
//!
//! They meet at moments with names: a process prints the moment and goes on when a line comes back, which the
//! test sends once both have printed it.

use adapter_postgres::{Database, PostgresUsers};
use domain::accounts::User;
use domain::ids::UserId;
use ports::accounts::{BatchMode, UserRepository as _};
use std::process::Stdio;
use testkit::builders::{a_commit, a_user};
use testkit::servers::{self, Template};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use uuid::Uuid;

/// How often it is tried.
pub const RUNS: usize = 20;
pub const PROCESSES: u32 = 2;
const PEOPLE: usize = 50;
const MOMENTS: [&str; 2] = ["begin", "written"];

const DATABASE: &str = "STRESS_DATABASE";
const REDIS: &str = "STRESS_REDIS";
const FOLK: &str = "STRESS_PEOPLE";

/// What one of the two processes has to do.
pub struct Task {
    pub database: String,
    pub redis: String,
    pub(super) people: Vec<UserId>,
}

impl Task {
    /// `None` in the process that starts the others.
    pub fn of_this_process() -> Option<Self> {
        let told = |name| std::env::var_os(name).map(|value| value.into_string().unwrap());
        let people = told(FOLK)?;
        let people = people
            .split(',')
            .map(|id| UserId::new(Uuid::parse_str(id).unwrap()));
        Some(Self {
            database: told(DATABASE)?,
            redis: told(REDIS)?,
            people: people.collect(),
        })
    }

    pub fn people(&self) -> impl Iterator<Item = UserId> + '_ {
        self.people.iter().copied()
    }

    /// Waits until the other process is there too.
    pub(super) async fn meet(&self, moment: &str) {
        println!("\nmoment={moment}");
        let waiting =
            tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
        assert_ne!(waiting.await.unwrap().unwrap(), 0, "the test is gone");
    }

    /// Tells the process that started this one.
    pub fn report(&self, stale: usize) {
        println!("\nstale={stale}");
    }
}

/// Runs a test of this binary as two processes at once, [`RUNS`] times; answers how many entries were stale in
/// each run.
pub async fn in_two_processes(test: &str) -> Vec<usize> {
    let server = servers::postgres().await;
    let guard = server.database(&Template::of_muster()).await;
    let users = PostgresUsers::new(Database::open(guard.url()).unwrap());
    let redis = servers::redis().await;
    // Four runs side by side, on people of their own, or most of the time would be spent at rest.
    let mut stale = Vec::new();
    for _ in 0..RUNS / 4 {
        let runs = (0..4).map(|_| one_run(test, guard.url(), redis.url(), &users));
        stale.extend(futures::future::join_all(runs).await);
    }
    stale
}

async fn one_run(test: &str, database: &str, redis: &str, users: &PostgresUsers) -> usize {
    let people: Vec<User> = (0..PEOPLE).map(|_| a_user().build()).collect();
    users
        .add_all(&people, BatchMode::Atomic, &a_commit())
        .await
        .unwrap();
    let ids: Vec<String> = people.iter().map(|user| user.id.to_string()).collect();
    let mut both: Vec<Process> = (0..PROCESSES)
        .map(|_| Process::start(test, database, redis, &ids.join(",")))
        .collect();
    for moment in MOMENTS {
        for process in &mut both {
            assert_eq!(process.told("moment=").await, moment);
        }
        for process in &mut both {
            process.go_on().await;
        }
    }
    let mut stale = 0;
    for process in &mut both {
        stale += process.told("stale=").await.parse::<usize>().unwrap();
    }
    stale
}

/// A process seen from the test. It goes with the test.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(test: &str, database: &str, redis: &str, people: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(DATABASE, database)
            .env(REDIS, redis)
            .env(FOLK, people)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next thing of a kind that it prints.
    async fn told(&mut self, kind: &str) -> String {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            if let Some(told) = line.strip_prefix(kind) {
                return told.to_owned();
            }
        }
        panic!("a process ended before it said {kind}")
    }

    async fn go_on(&mut self) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(b"\n").await.unwrap();
    }
}
