//! How one connection to the file is opened: safe against power loss, forgetful of what is deleted,
//! and small.

use crate::fault::{self, BACKEND};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use ports::Fault;
use std::path::Path;

/// WAL lets readers go on while somebody writes; FULL makes a COMMIT survive a power cut;
/// secure_delete overwrites what is deleted, so that erasing a person erases. The cache is small
/// because the operating system has one already (512 KiB; the default is 2 MiB a connection).
/// busy_timeout is for the other processes of this file: within one, [`crate::Database`] queues.
const PRAGMAS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cache_size = -512;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 8388608;
";

/// Opens the connection that writes; makes the file if there is none.
pub fn writer(path: &Path) -> Result<SqliteConnection, Fault> {
    open(path)
}

/// Opens a connection that only reads.
pub fn reader(path: &Path) -> Result<SqliteConnection, Fault> {
    let mut connection = open(path)?;
    connection
        .batch_execute("PRAGMA query_only = ON;")
        .map_err(fault::of("opening a connection"))?;
    Ok(connection)
}

fn open(path: &Path) -> Result<SqliteConnection, Fault> {
    let path = path.to_str().ok_or_else(|| {
        Fault::broken(
            BACKEND,
            "the database path",
            "the path is not valid Unicode",
        )
    })?;
    let mut connection =
        SqliteConnection::establish(path).map_err(|error| Fault::unavailable(BACKEND, error))?;
    connection
        .batch_execute(PRAGMAS)
        .map_err(fault::of("opening a connection"))?;
    Ok(connection)
}

/// Makes the folder, and the file readable to its owner only: it holds the installation's secrets.
pub fn prepare(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
