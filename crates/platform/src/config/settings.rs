//! The settings as types, so that whoever reads one gets a value that cannot be wrong.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::networks::Networks;
use crate::telemetry::LogFormat;

/// Everything the process is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where this process runs; decides some defaults.
    pub profile: Profile,
    /// The folder whose files are settings, one key a file.
    pub secrets_dir: Option<PathBuf>,
    /// Where the rows are.
    pub database_url: DatabaseUrl,
    /// The shared cache and bus; without it this process remembers by itself.
    pub redis_url: Option<Address>,
    /// Where the objects (pictures) are.
    pub objects_url: ObjectsUrl,
    /// The address people reach us at, without a trailing slash; see [`Settings::public_url_or`].
    pub public_url: Option<String>,
    /// The application listener.
    pub http: HttpSettings,
    /// How many requests somebody may make.
    pub limits: LimitSettings,
    /// The management listener.
    pub management: ManagementSettings,
    /// Logging.
    pub log: LogSettings,
    /// Who is calling.
    pub auth: AuthSettings,
    /// How the process stops.
    pub drain: DrainSettings,
}

impl Settings {
    /// The configured public address, or `http://` and the address that was really bound (which differs from
    /// `http.listen` when that names port 0).
    #[must_use]
    pub fn public_url_or(&self, bound: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{bound}"))
    }
}

/// Where the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A developer's machine.
    Local,
    /// Everywhere else.
    Production,
}

/// The address of a server. It may hold a password, so it does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Wraps an address whose scheme was looked at.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The address with all it holds, for the driver.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Address(…)")
    }
}

/// Where the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// An SQLite file, already joined to the working folder.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(Address),
}

/// Where the objects are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectsUrl {
    /// A folder, already joined to the working folder.
    File(PathBuf),
    /// A bucket of an S3-like store.
    S3(Bucket),
}

/// A bucket, and what the environment says of how it is reached. That holds a secret key, so it does not
/// show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// `s3://bucket` or `s3://bucket/prefix`.
    pub address: String,
    /// The variables that begin with `AWS_`: the names every tool of S3 knows.
    pub environment: Vec<(String, String)>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Bucket")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// The application listener and its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// Address and port to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Whether to send `Strict-Transport-Security`: true only behind TLS.
    pub hsts: bool,
    /// The value of `X-XSS-Protection`; `0` by default, since the old filter is itself a risk.
    pub xss_protection: String,
    /// The largest body of any kind, in bytes.
    pub max_body_bytes: usize,
    /// The largest JSON body, in bytes.
    pub max_json_bytes: usize,
    /// How long a client may take to send its request head.
    pub header_timeout: Duration,
    /// How long a body may pause between two pieces.
    pub body_idle_timeout: Duration,
    /// How long a handler may take.
    pub handler_deadline: Duration,
    /// The proxies whose `X-Forwarded-For` is believed; nobody's by default.
    pub trusted_proxies: Networks,
    /// The origins whose pages may read answers (CORS), such as `https://app.example.org`; none by default.
    pub cors_origins: Vec<String>,
}

/// How many requests somebody may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// Requests a second, of each person, and of each source of requests that nobody is signed in for.
    pub requests: u32,
    /// As many of them at once.
    pub burst: u32,
    /// Requests a second with each key, and twice as many at once.
    pub key_requests: u32,
    /// Uploads a minute, of each person or key, and as many at once.
    pub uploads: u32,
}

/// The management listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagementSettings {
    /// Address and port to listen on.
    pub listen: SocketAddr,
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// An env-filter directive list, already checked, such as `info,muster=debug`.
    pub filter: String,
    /// The shape of a line; `auto` is resolved by the profile.
    pub format: LogFormat,
}

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSettings {
    /// How callers prove who they are: one way, never two at once.
    pub mode: AuthMode,
}

/// How callers prove who they are. Machine keys work in every mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthMode {
    /// By our own sign-in.
    Local,
    /// By tokens of an outside issuer.
    Jwks(JwksSettings),
    /// By what a gateway in front of us signs.
    Gateway(GatewaySettings),
}

/// The outside issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksSettings {
    /// Its name, as it stands in its tokens (`iss`).
    pub issuer: String,
    /// Our name at the issuer (`aud`).
    pub audience: String,
    /// Where its keys are.
    pub jwks_url: String,
    /// How it may sign: names of RFC 7518 such as `RS256`.
    pub algorithms: Vec<String>,
    /// The claim that names roles, or a JSON Pointer to it; without one the person's row counts.
    pub roles_claim: Option<String>,
    /// Whether somebody whom nobody knows is entered, if the issuer describes them.
    pub provision: bool,
}

/// The gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySettings {
    /// The networks it may be in.
    pub peers: Networks,
    /// The secret that it shares with us. It does not show itself.
    pub secret: Address,
}

/// How the process stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainSettings {
    /// How long the orchestrator's own hook waits before it sends SIGTERM.
    pub pre_stop: Duration,
    /// How long to serve on after SIGTERM, so that the load balancer looks away.
    pub delay: Duration,
    /// How long requests in flight may take after that.
    pub deadline: Duration,
    /// The orchestrator's termination grace period, after which it kills.
    pub grace: Duration,
}
