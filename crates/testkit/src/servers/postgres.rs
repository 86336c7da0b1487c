//! The PostgreSQL of the tests: one for all of them, started by the first.

use super::claim::{Claim, Use};
use super::database::{Database, Session};
use super::docker::Engine;
use super::place::Place;
use super::ports::Reserved;
use super::programs::{self, Account, OLDEST_POSTGRES};
use super::source::{self, Source, Wanted};
use super::template::Template;
use super::waiting::{blocking, is_there, reap, wait_for};
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const WANTED: Wanted = Wanted {
    name: "PostgreSQL",
    variable: "TEST_DATABASE_URL",
    package: "postgresql",
};

/// A test's data need not survive a power cut. `mmap`, or a killed server would leave files outside its folder.
const SETTINGS: [&str; 9] = [
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=300",
    "max_wal_size=256MB",
    "dynamic_shared_memory_type=mmap",
    "huge_pages=off",
    "timezone=UTC",
    "log_timezone=UTC",
];

const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// A server on which every test has databases of its own.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    _use: Use,
}

impl Postgres {
    /// The one of this place, which is started if nobody uses it yet. It stays until this value is dropped, and as
    /// long as others use it.
    pub async fn at(place: &Place) -> Self {
        let source = source::find(&WANTED, programs::postgres);
        let (place, name) = (place.clone(), source.folder("postgres"));
        let claim = blocking(move || Claim::wait(&place, &name)).await;
        claim.keep();
        if let Some(url) = claim.announced().filter(|url| is_there(url)) {
            let used = claim.announce(&url);
            return Self { url, _use: used };
        }
        let (claim, url) = start(claim, source).await;
        let session = Session::open(&url).await;
        refuse_if_too_old(&session).await;
        session.drop_old_databases().await;
        let used = claim.announce(&url);
        Self { url, _use: used }
    }

    /// A database with every migration of the template applied and no rows.
    pub async fn database(&self, template: &Template) -> Database {
        let session = Session::open(&self.url).await;
        let name = session.new_test_name().await;
        loop {
            let template = template.on(&session).await;
            let created = session.create_database(&name, Some(&template)).await;
            if created.expect("a template can be cloned") {
                return Database::new(&self.url, name);
            }
        }
    }

    /// A database with nothing in it.
    pub async fn empty_database(&self) -> Database {
        let session = Session::open(&self.url).await;
        let name = session.new_test_name().await;
        let created = session.create_database(&name, None).await;
        assert!(created.expect("the user of the tests may create databases"));
        Database::new(&self.url, name)
    }

    /// The address of the server itself, as a user who may create databases.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn start(claim: Claim, source: Source) -> (Claim, String) {
    match source {
        Source::Given(url) => (claim, url),
        Source::Docker(engine) => start_container(claim, &engine).await,
        Source::Local(programs) => {
            blocking(move || {
                let claim = claim.cleared();
                let url = Cluster::new(programs, claim.folder()).start();
                (claim, url)
            })
            .await
        }
    }
}

async fn start_container(claim: Claim, engine: &Engine) -> (Claim, String) {
    let container = format!("muster-test-postgres-{}", std::process::id());
    let claim = blocking(move || claim.cleared()).await;
    claim.when_stopping(&engine.remove(&container));
    let url = engine.postgres(&container, &SETTINGS).await;
    (claim, url)
}

async fn refuse_if_too_old(session: &Session) {
    let number = session.text("SHOW server_version_num").await;
    let major = number.parse::<u32>().map_or(0, |number| number / 10_000);
    assert!(
        major >= OLDEST_POSTGRES,
        "the tests need PostgreSQL {OLDEST_POSTGRES} or newer, and this one is {major}"
    );
}

/// A private cluster below a folder of ours.
struct Cluster<'a> {
    programs: PathBuf,
    folder: &'a Path,
    data: PathBuf,
    log: PathBuf,
    account: Option<Account>,
}

impl<'a> Cluster<'a> {
    fn new(programs: PathBuf, folder: &'a Path) -> Self {
        Self {
            programs,
            folder,
            data: folder.join("data"),
            log: folder.join("log"),
            account: Account::for_postgres(),
        }
    }

    fn start(&self) -> String {
        self.make();
        let reserved = Reserved::any().expect("a port is free");
        let port = reserved.address().port().to_string();
        let mut command = self.command("postgres");
        command.arg("-D").arg(&self.data);
        command.args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-c",
            "unix_socket_directories=",
        ]);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        // In a group of its own, or whoever ends a test that hangs would end it for all.
        let mut server = command
            .process_group(0)
            .spawn()
            .expect("postgres can be run");
        let ready = wait_for(STARTS_WITHIN, || match self.state(&mut server) {
            State::Starting => None,
            State::Ready => Some(true),
            State::Ended => Some(false),
        });
        reap(server);
        assert!(
            ready == Some(true),
            "postgres did not start: {}",
            self.said()
        );
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    }

    /// An empty cluster, whatever was there before.
    fn make(&self) {
        match fs::remove_dir_all(&self.data) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("an old cluster cannot be removed: {error}"),
        }
        fs::create_dir(&self.data).expect("there is room for a folder");
        if let Some(account) = self.account {
            account.own(&self.data);
        }
        let mut command = self.command("initdb");
        command.arg("-D").arg(&self.data);
        command.args([
            "--username=postgres",
            "--auth=trust",
            "--no-sync",
            "--no-instructions",
        ]);
        command.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        let made = command.status().expect("initdb can be run");
        assert!(made.success(), "initdb failed: {}", self.said());
    }

    /// One that works in our folder, by which its keeper knows it, and writes to our log.
    fn command(&self, program: &str) -> Command {
        let log = File::options().append(true).create(true).open(&self.log);
        let log = log.expect("there is room for a log");
        let mut command = Command::new(self.programs.join(program));
        command
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be written by two"))
            .stderr(log);
        if let Some(account) = self.account {
            account.take(&mut command);
        }
        command
    }

    /// The eighth line of the lock file says so, which is what `pg_ctl --wait` reads.
    fn state(&self, server: &mut Child) -> State {
        if server.try_wait().is_ok_and(|ended| ended.is_some()) {
            return State::Ended;
        }
        let lines = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        match lines.lines().nth(7).map(str::trim) {
            Some("ready") => State::Ready,
            Some(_) | None => State::Starting,
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

enum State {
    Starting,
    Ready,
    Ended,
}
