//! A database that belongs to one test and goes with it.

use super::urls;
use crate::causes::told;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, NoTls};

/// Databases of the tests are named `muster_<kind>_<hex>_<seconds since 1970>`.
const NAMES: &str = "^muster_(?:test|template|building)_[0-9a-f]+_([0-9]+)$";

/// How long dropping may take before the test goes on without.
const DROPS_WITHIN: Duration = Duration::from_secs(20);

/// A database that nobody else has. It is dropped with this value, also in a panic.
#[derive(Debug)]
pub struct Database {
    url: String,
    name: String,
    server: String,
}

impl Database {
    pub(super) fn new(server: &str, name: String) -> Self {
        Self {
            url: urls::with_path(server, &name),
            name,
            server: server.to_owned(),
        }
    }

    /// Its address, `postgres://…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `host:port` of its server.
    #[must_use]
    pub fn server_address(&self) -> String {
        urls::address(&self.url)
    }

    /// Its address by way of another `host:port`.
    #[must_use]
    pub fn url_through(&self, address: &str) -> String {
        urls::with_address(&self.url, address)
    }

    /// Every row of every table, as text.
    pub async fn rows(&self) -> String {
        let session = Session::open(&self.url).await;
        let rows = "SELECT schema_to_xml('public', true, false, '')::text";
        session.text(rows).await
    }

    /// Its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The runtime we may be in cannot be blocked on, and may be ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a thread may have a runtime");
            let dropped = async { Session::open(&server).await.drop_database(&name).await };
            let dropped = async { tokio::time::timeout(DROPS_WITHIN, dropped).await };
            runtime.block_on(dropped).is_ok()
        });
        // A panic in a panic would hide what the test has to say.
        if !matches!(dropped.join(), Ok(true)) {
            eprintln!("the database {} could not be dropped", self.name);
        }
    }
}

/// One connection, for what tests do about databases themselves.
pub struct Session {
    url: String,
    client: Client,
    connection: JoinHandle<()>,
}

impl Session {
    pub async fn try_open(url: &str) -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(async {
            // Whoever waits for an answer is told of it too.
            let _ended = connection.await;
        });
        Ok(Self {
            url: url.to_owned(),
            client,
            connection,
        })
    }

    pub async fn open(url: &str) -> Self {
        let opened = Self::try_open(url).await;
        opened.unwrap_or_else(|error| {
            panic!(
                "the PostgreSQL of the tests lets nobody in: {}",
                told(&error)
            )
        })
    }

    /// A session in another database of the same server.
    pub async fn to(&self, database: &str) -> Self {
        Self::open(&urls::with_path(&self.url, database)).await
    }

    /// Returns when the server has seen the end of it, too.
    pub async fn close(self) {
        drop(self.client);
        self.connection.await.expect("a connection does not panic");
    }

    pub async fn run(&self, sql: &str) {
        let done = self.client.batch_execute(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}\n{}", told(&error)));
    }

    pub async fn text(&self, sql: &str) -> String {
        let row = self.client.query_one(sql, &[]).await;
        row.unwrap_or_else(|error| panic!("{sql}\n{}", told(&error)))
            .get(0)
    }

    /// The server's clock and not ours, so that all machines that share it agree on what is old.
    pub async fn new_name(&self, kind: &str, hex: &str) -> String {
        let seconds = "SELECT extract(epoch FROM clock_timestamp())::bigint::text";
        format!("muster_{kind}_{hex}_{}", self.text(seconds).await)
    }

    /// A name that no other test has.
    pub async fn new_test_name(&self) -> String {
        let name = "SELECT 'muster_test_' || replace(gen_random_uuid()::text, '-', '') || '_'
            || extract(epoch FROM clock_timestamp())::bigint";
        self.text(name).await
    }

    /// The databases of this kind and number, oldest first.
    pub async fn databases_like(&self, kind: &str, hex: &str) -> Vec<String> {
        let like = format!("muster\\_{kind}\\_{hex}\\_%");
        let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE $1 ORDER BY datname";
        let rows = self.client.query(sql, &[&like]).await;
        let rows = rows.unwrap_or_else(|error| panic!("{}", told(&error)));
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Whether it was created; not so when the template has gone meanwhile.
    ///
    /// # Errors
    /// Whatever else the server has against it.
    pub async fn create_database(&self, name: &str, template: Option<&str>) -> Result<bool, Error> {
        // template0 has nothing that an administrator may have put into template1.
        let (name, template) = (quoted(name), quoted(template.unwrap_or("template0")));
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        match self.client.batch_execute(&sql).await {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_DATABASE) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whoever is connected to it is thrown out.
    pub async fn drop_database(&self, name: &str) {
        self.run(&format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            quoted(name)
        ))
        .await;
    }

    /// Drops what tests have left that were killed: all that is older than an hour.
    pub async fn drop_old_databases(&self) {
        let sql = format!(
            "SELECT datname::text FROM pg_database
             WHERE substring(datname FROM '{NAMES}')::bigint < extract(epoch FROM clock_timestamp()) - 3600"
        );
        let rows = self.client.query(&sql, &[]).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}\n{}", told(&error)));
        for row in rows {
            self.drop_database(row.get(0)).await;
        }
    }
}

/// A name as SQL wants it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
