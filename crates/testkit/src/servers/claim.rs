//! One server for many processes: the first starts it, all others find it, and it goes away after the last of them,
//! also when that was killed.
//!
//! Two files are locked, and a lock goes with its process whatever ends it. Whoever uses the server holds `users`
//! shared. `gate` is held alone by whoever starts the server and by whoever stops it, so nobody finds a server that is
//! just coming or just going. A shell script, the keeper, stands beside the server; it waits until it gets `users`
//! alone, waits a little longer, takes the gate, looks again, and only then stops the server and removes the folder.
//! A process that waited at the gate meanwhile has locked a file that is gone, notices, and begins anew.

use super::place::Place;
use super::programs;
use super::waiting::reap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const KEEPER: &str = include_str!("keeper.sh");

/// The right to start a server or to use the one that runs. Nobody else has it at the same time.
pub struct Claim {
    folder: PathBuf,
    grace: u64,
    users: File,
    _gate: File,
}

/// As long as this is held the server stays.
#[derive(Debug)]
pub struct Use {
    _users: File,
}

impl Claim {
    /// Waits until nobody starts or stops this server. Blocks.
    pub fn wait(place: &Place, name: &str) -> Self {
        loop {
            let folder = match place.make(name) {
                Ok(folder) => folder,
                // It is just going away.
                Err(error)
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) =>
                {
                    continue;
                }
                Err(error) => panic!("the folder of a test's server cannot be made: {error}"),
            };
            let Some(gate) = opened(&folder.join("gate")) else {
                continue;
            };
            gate.lock().expect("a file can be locked");
            if !is_still_there(&gate, &folder.join("gate")) {
                continue;
            }
            let Some(mut users) = opened(&folder.join("users")) else {
                continue;
            };
            users.lock_shared().expect("a file can be locked");
            // By its length the keeper sees that somebody came, even if they have left again.
            users.write_all(b".").expect("there is room for a byte");
            return Self {
                folder,
                grace: place.grace(),
                users,
                _gate: gate,
            };
        }
    }

    /// The server's own folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What [`Claim::announce`] was told by whoever started the server.
    pub fn announced(&self) -> Option<String> {
        fs::read_to_string(self.folder.join("server")).ok()
    }

    /// Sees to it that there is a keeper. To be called before the server is started, so that there is none without.
    pub fn keep(&self) {
        let kept = opened(&self.folder.join("keeper")).expect("the folder is ours");
        // The lock is that of the open file, and the keeper inherits it: whether one lives can be asked at any time.
        if kept.try_lock().is_ok() {
            let mut keeper = script(&self.folder, &self.grace.to_string());
            let started = keeper.stdin(Stdio::from(kept)).process_group(0).spawn();
            reap(started.expect("sh can be started"));
        }
    }

    /// Says what else the keeper has to do to stop the server, as a line of shell. All processes that work in the
    /// server's folder are ended by it anyway.
    pub fn when_stopping(&self, line: &str) {
        let mut stop = opened(&self.folder.join("stop")).expect("the folder is ours");
        writeln!(stop, "{line}").expect("there is room for a line");
    }

    /// Stops what somebody left who was killed while starting the server. Blocks.
    pub fn cleared(self) -> Self {
        let cleared = script(&self.folder, "now").stdin(Stdio::null()).status();
        assert!(
            cleared.is_ok_and(|status| status.success()),
            "the rest of an old server in {} cannot be cleared away",
            self.folder.display()
        );
        self
    }

    /// Tells all that come later how to reach the server, and lets them in.
    pub fn announce(self, server: &str) -> Use {
        let (new, known) = (self.folder.join("server.new"), self.folder.join("server"));
        // An address that was given may have a password in it.
        let mut options = File::options();
        options.write(true).create(true).truncate(true).mode(0o600);
        let written = options
            .open(&new)
            .and_then(|mut file| file.write_all(server.as_bytes()));
        // Renamed, so that nobody reads half of it.
        written
            .and_then(|()| fs::rename(new, known))
            .expect("there is room for a line");
        Use { _users: self.users }
    }
}

fn script(folder: &Path, grace: &str) -> Command {
    assert!(
        programs::on_path("flock").is_some(),
        "the servers of tests are looked after with flock: install util-linux"
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", KEEPER, "keeper"])
        .arg(folder)
        .arg(grace)
        .current_dir("/")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The file, made if need be, or nothing if its folder is just going away.
fn opened(path: &Path) -> Option<File> {
    let file = File::options().append(true).create(true).open(path);
    match file {
        Ok(file) => Some(file),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{} cannot be opened: {error}", path.display()),
    }
}

/// Whether the file that was opened is the one that others find under its name.
fn is_still_there(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(theirs)) => (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino()),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::waiting::wait_for;
    use std::process::Child;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(20);

    /// A server that does nothing, and costs nothing to start.
    fn started(claim: &Claim) -> Child {
        let mut server = Command::new("sleep");
        server.arg("1000").current_dir(claim.folder());
        server.spawn().expect("sleep can be run")
    }

    fn runs(pid: &str) -> bool {
        let status = fs::read_to_string(format!("/proc/{pid}/status"));
        // One that is dead and not yet waited for is a zombie.
        status.is_ok_and(|status| !status.contains("State:\tZ"))
    }

    fn a_place(name: &str) -> Place {
        let folder = format!("muster-test-claim-{}-{name}", std::process::id());
        Place::new(Path::new("/dev/shm").join(folder), Duration::ZERO)
    }

    fn is_gone(place: &Place) -> bool {
        wait_for(SOON, || (!place.folder().exists()).then_some(())).is_some()
    }

    /// Uses the server once. True if it had to be started.
    fn use_once(place: &Place, round: u64) -> bool {
        let claim = Claim::wait(place, "server");
        claim.keep();
        let known = claim.announced().filter(|pid| runs(pid));
        let server = if known.is_none() {
            Some(started(&claim))
        } else {
            None
        };
        let pid = server.as_ref().map_or_else(
            || known.unwrap_or_default(),
            |server| server.id().to_string(),
        );
        let used = claim.announce(&pid);
        // Sometimes longer than a keeper needs to stop it.
        for _ in 0..10 * (round % 8) {
            std::thread::sleep(Duration::from_millis(1));
            assert!(runs(&pid), "the server went while it was used");
        }
        assert!(runs(&pid), "the server went while it was used");
        drop(used);
        let is_new = server.is_some();
        if let Some(server) = server {
            reap(server);
        }
        is_new
    }

    #[test]
    fn nobody_finds_a_server_that_is_going() {
        let place = a_place("going");
        let starts = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for user in 0..4 {
                let (place, starts) = (&place, &starts);
                scope.spawn(move || {
                    for round in 0..40 {
                        starts.fetch_add(usize::from(use_once(place, round)), Ordering::SeqCst);
                        // Long enough for the keeper to act in some rounds, too short in others.
                        std::thread::sleep(Duration::from_millis(round * (user + 1)));
                    }
                });
            }
        });
        assert!(
            starts.into_inner() > 1,
            "it never went, so nothing was shown"
        );
        assert!(is_gone(&place));
    }

    #[test]
    fn a_keeper_that_was_killed_is_replaced() {
        let place = a_place("keeper");
        let claim = Claim::wait(&place, "server");
        claim.keep();
        let keeper = wait_for(SOON, || keeper_of(&place)).expect("there is a keeper");
        let killed = Command::new("kill").args(["-9", &keeper]).status();
        assert!(killed.expect("kill can be run").success());
        assert!(wait_for(SOON, || (!runs(&keeper)).then_some(())).is_some());
        claim.keep();
        let next = wait_for(SOON, || keeper_of(&place)).expect("there is another");
        assert_ne!(next, keeper);
        drop(claim);
        assert!(is_gone(&place));
    }

    /// The process that has the keeper's script and our folder among its words.
    fn keeper_of(place: &Place) -> Option<String> {
        let folder = place.folder().join("server");
        let folder = folder.to_str()?;
        let processes = fs::read_dir("/proc").ok()?;
        processes
            .filter_map(|process| process.ok()?.file_name().into_string().ok())
            .find(|pid| {
                let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                words.starts_with(b"sh\0-c\0") && String::from_utf8_lossy(&words).contains(folder)
            })
    }
}
