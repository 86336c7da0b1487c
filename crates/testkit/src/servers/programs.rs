//! Finds the machine's own servers, and the user that PostgreSQL wants to be.

use super::place::this_user;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian and Ubuntu keep each major version in a folder of its own, away from the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The oldest PostgreSQL that Muster works with.
pub const OLDEST_POSTGRES: u32 = 15;

/// The folder with `postgres` and `initdb`: the newest of Debian's that is new enough, else what the path has.
pub fn postgres() -> Option<PathBuf> {
    newest(Path::new(DEBIAN)).or_else(|| {
        // A link on the path points to the folder where all its programs are.
        let program = on_path("postgres")?.canonicalize().ok()?;
        program
            .parent()
            .filter(|folder| is_whole(folder))
            .map(Path::to_owned)
    })
}

/// `redis-server`.
pub fn redis_server() -> Option<PathBuf> {
    on_path("redis-server")
}

/// The program of this name.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

fn newest(versions: &Path) -> Option<PathBuf> {
    let major = |entry: fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let mut majors: Vec<u32> = fs::read_dir(versions)
        .ok()?
        .filter_map(|entry| major(entry.ok()?))
        .filter(|major| *major >= OLDEST_POSTGRES)
        .filter(|major| is_whole(&versions.join(major.to_string()).join("bin")))
        .collect();
    majors.sort_unstable();
    let newest = majors.pop()?;
    Some(versions.join(newest.to_string()).join("bin"))
}

/// A machine may have the clients only.
fn is_whole(programs: &Path) -> bool {
    ["postgres", "initdb"]
        .iter()
        .all(|program| programs.join(program).is_file())
}

/// User and group.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// Whom PostgreSQL runs as if we are root, which it refuses: `postgres`, or `nobody` where there is none.
    pub fn for_postgres() -> Option<Self> {
        if this_user() != 0 {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("the machine has users");
        let found = ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(name, &accounts));
        Some(found.expect("PostgreSQL refuses root, and there is no user postgres or nobody"))
    }

    fn named(name: &str, accounts: &str) -> Option<Self> {
        let account = accounts
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut numbers = account.split(':').skip(1).map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(user)), Some(Ok(group))) => Some(Self { user, group }),
            _ => None,
        }
    }

    /// Makes a command run as this user.
    pub fn take(self, command: &mut Command) {
        command.uid(self.user).gid(self.group);
    }

    /// Gives a folder to this user.
    pub fn own(self, folder: &Path) {
        std::os::unix::fs::chown(folder, Some(self.user), Some(self.group))
            .expect("root may give folders away");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_versions(versions: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("there is room");
        for version in versions {
            let programs = folder.path().join(version).join("bin");
            fs::create_dir_all(&programs).expect("there is room");
            for program in ["postgres", "initdb"] {
                fs::write(programs.join(program), "").expect("there is room");
            }
        }
        folder
    }

    #[test]
    fn the_newest_postgres_is_taken_by_number_and_not_by_letter() {
        let folder = with_versions(&["9", "15", "100", "16"]);
        let newest = newest(folder.path()).expect("there is one");
        assert!(newest.ends_with("100/bin"), "{}", newest.display());
    }

    #[test]
    fn an_old_postgres_is_none_and_neither_are_clients_without_a_server() {
        let folder = with_versions(&["13", "14", "17"]);
        fs::remove_file(folder.path().join("17/bin/initdb")).expect("was there");
        assert_eq!(newest(folder.path()), None);
    }

    #[test]
    fn an_account_is_read_by_its_whole_name() {
        let accounts = "postgres2:x:7:8::/:\npostgres:x:101:104:,,,:/:/bin/sh\n";
        let account = Account::named("postgres", accounts).expect("is there");
        assert_eq!((account.user, account.group), (101, 104));
        assert!(Account::named("nobody", accounts).is_none());
    }
}
