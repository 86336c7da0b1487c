//! How one connection is opened, how long it is kept, and when it must not be used again.

use super::address::{self, AddressError};
use super::encryption::Encryption;
use core::time::Duration;
use diesel_async::pooled_connection::PoolableConnection as _;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use ports::BoxError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Config, NoTls, Socket};

/// What a server is told on connecting, so that nothing of ours holds others up for ever: a statement
/// may take 3 s, wait 2 s for a lock, and an open transaction may do nothing for 10 s.
const ON_CONNECT: &str = "
    SET statement_timeout = '3s';
    SET lock_timeout = '2s';
    SET idle_in_transaction_session_timeout = '10s';
";
/// Until a connection is there and set up.
const CONNECT: Duration = Duration::from_secs(3);
/// A peer that acknowledges nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(10);
/// Connections live this long, give or take a fifth, so that they do not all end at once and a new
/// server behind the same name gets its share.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// For so long a failed attempt is the answer to those who wait for a connection.
const FAILURE_LASTS: Duration = Duration::from_millis(100);

/// Opens connections to one database.
pub struct Connector {
    config: Config,
    encryption: Encryption,
    opened: AtomicU64,
}

/// What the pool keeps: a connection, or why there is none. A failure is handed to whoever waits, since
/// `bb8` would let them wait for nothing instead.
pub struct Held {
    connection: Result<AsyncPgConnection, Refused>,
    /// From when on it must not be handed out.
    ends: Instant,
    /// Set while it is not certain that no transaction is open and no answer outstanding.
    spoiled: bool,
}

/// No connection could be opened.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no connection to the database")]
pub struct Refused(#[source] Arc<dyn std::error::Error + Send + Sync>);

/// A connection of the pool that has had its time, or is closed.
#[derive(Debug, thiserror::Error)]
#[error("the connection has ended")]
pub struct Ended;

impl Connector {
    /// Reads a `postgres://` address.
    pub fn new(url: &str) -> Result<Self, AddressError> {
        let (mut config, parameters) = address::read(url)?;
        let encryption = Encryption::asked_by(&parameters)?;
        if let Encryption::Tls(_) = encryption {
            config.ssl_mode(SslMode::Require);
        }
        if config.get_application_name().is_none() {
            config.application_name("muster");
        }
        config
            .connect_timeout(CONNECT)
            .tcp_user_timeout(SILENCE)
            .keepalives_idle(SILENCE);
        Ok(Self {
            config,
            encryption,
            opened: AtomicU64::new(0),
        })
    }

    /// The database's host, port and name: what may be shown.
    pub fn shown(&self) -> String {
        let hosts = self.config.get_hosts().iter();
        let hosts: Vec<String> = hosts
            .map(|host| match host {
                tokio_postgres::config::Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let name = self.config.get_dbname().unwrap_or("its default database");
        format!("{name} on {}", hosts.join(", "))
    }

    /// Opens a connection outside of the pool, for work that may take its time.
    pub async fn alone(&self) -> Result<AsyncPgConnection, Refused> {
        self.open("").await
    }

    async fn open(&self, set_up: &str) -> Result<AsyncPgConnection, Refused> {
        let opening = async {
            let mut connection = match &self.encryption {
                Encryption::Plain => connected(&self.config, NoTls).await?,
                Encryption::Tls(tls) => connected(&self.config, tls.clone()).await?,
            };
            if !set_up.is_empty() {
                connection.batch_execute(set_up).await?;
            }
            Ok::<_, BoxError>(connection)
        };
        match timeout(CONNECT, opening).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(Refused(Arc::from(error))),
            Err(elapsed) => Err(Refused(Arc::new(elapsed))),
        }
    }

    /// 80 to 120 percent, spread by the golden ratio: neighbours lie far apart.
    fn lifetime(&self) -> Duration {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let turn = self.opened.fetch_add(1, Ordering::Relaxed);
        let percent = turn.wrapping_mul(GOLDEN) >> 32;
        let percent = 80 + u32::try_from(percent % 41).unwrap_or(20);
        LIFETIME * percent / 100
    }
}

async fn connected<Tls>(config: &Config, tls: Tls) -> Result<AsyncPgConnection, BoxError>
where
    Tls: MakeTlsConnect<Socket> + Send,
    Tls::Stream: Send + 'static,
    Tls::TlsConnect: Send,
    <Tls::TlsConnect as tokio_postgres::tls::TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await?;
    Ok(AsyncPgConnection::try_from_client_and_connection(client, connection).await?)
}

impl bb8::ManageConnection for Connector {
    type Connection = Held;
    type Error = Ended;

    async fn connect(&self) -> Result<Held, Ended> {
        let connection = self.open(ON_CONNECT).await;
        let lasts = match &connection {
            Ok(_) => self.lifetime(),
            Err(_refused) => FAILURE_LASTS,
        };
        Ok(Held {
            connection,
            ends: Instant::now() + lasts,
            spoiled: false,
        })
    }

    /// Costs no round trip: a closed connection is known to be closed.
    async fn is_valid(&self, held: &mut Held) -> Result<(), Ended> {
        let ended = match &mut held.connection {
            Ok(connection) => held.spoiled || connection.is_broken(),
            Err(_refused) => false,
        };
        if ended || held.ends <= Instant::now() {
            return Err(Ended);
        }
        Ok(())
    }

    fn has_broken(&self, held: &mut Held) -> bool {
        match &mut held.connection {
            Ok(connection) => held.spoiled || std::thread::panicking() || connection.is_broken(),
            Err(_refused) => true,
        }
    }
}

impl Held {
    /// The connection to work with. It counts as spoiled until [`Held::is_clean`] is said: a caller who
    /// goes away in between leaves a connection that is closed and not used again.
    pub fn taken(&mut self) -> Result<&mut AsyncPgConnection, Refused> {
        self.spoiled = true;
        match &mut self.connection {
            Ok(connection) => Ok(connection),
            Err(refused) => Err(refused.clone()),
        }
    }

    /// Nothing is open and nothing outstanding.
    pub fn is_clean(&mut self) {
        self.spoiled = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Connector, LIFETIME};

    #[test]
    fn what_is_shown_of_an_address_is_no_secret() {
        let connector = Connector::new("postgres://ada:secret@db.example:5433/muster");
        let shown = connector.map(|connector| connector.shown());
        assert_eq!(shown.ok().as_deref(), Some("muster on db.example"));
    }

    #[test]
    fn connections_do_not_all_end_at_once() {
        let Ok(connector) = Connector::new("postgres://db/muster") else {
            panic!("is an address")
        };
        let drawn: Vec<_> = (0..500).map(|_| connector.lifetime()).collect();
        assert_eq!(drawn.iter().min(), Some(&(LIFETIME * 4 / 5)));
        assert_eq!(drawn.iter().max(), Some(&(LIFETIME * 6 / 5)));
    }
}
