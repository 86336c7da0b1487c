//! What somebody with a client of their own could do to a database, past Muster and all of its rules.

use crate::servers::Session;
use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use std::path::Path;

/// Executes statements on a PostgreSQL.
///
/// # Panics
/// When the server refuses them.
pub async fn postgres(url: &str, sql: &str) {
    let session = Session::open(url).await;
    session.run(sql).await;
    session.close().await;
}

/// Executes statements on a SQLite file, also while a server has it open.
///
/// # Panics
/// When SQLite refuses them.
pub fn sqlite(file: &Path, sql: &str) {
    let path = file.to_str().expect("is Unicode");
    let mut connection = SqliteConnection::establish(path).expect("opens");
    let waiting = format!("PRAGMA busy_timeout = 5000; {sql}");
    let done = connection.batch_execute(&waiting);
    done.unwrap_or_else(|error| panic!("{sql}\n{error}"));
}
